package dev.argus.base.failure;

import org.jspecify.annotations.Nullable;

/** Another stage could not be reached, or broke off. */
public final class Upstream extends ArgusException {
  public Upstream(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
