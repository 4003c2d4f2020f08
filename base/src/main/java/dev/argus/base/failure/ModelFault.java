package dev.argus.base.failure;

import org.jspecify.annotations.Nullable;

/** The checkpoint is broken, or running its graph failed. Not the caller's fault. */
public final class ModelFault extends ArgusException {
  public ModelFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
