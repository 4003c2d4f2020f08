package dev.argus.base.failure;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure that a stage reports to its caller.
 *
 * <p>Closed on purpose: the mapping to gRPC statuses and HTTP codes is one exhaustive switch.
 * Anything else that is thrown is a bug and reaches the caller as an internal error without
 * details.
 */
public abstract sealed class ArgusException extends RuntimeException
    permits InvalidInput,
        NotFound,
        WrongCheckpoint,
        Overloaded,
        DeadlineExpired,
        Cancelled,
        ModelFault,
        Upstream {

  ArgusException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
