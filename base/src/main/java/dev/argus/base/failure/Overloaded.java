package dev.argus.base.failure;

import java.time.Duration;

/** A queue is full. The same request may succeed later. */
public final class Overloaded extends ArgusException {
  private final Duration retryAfter;

  /**
   * @param retryAfter how long the caller should wait before it tries again; a hint
   */
  public Overloaded(String message, Duration retryAfter) {
    super(message, null);
    this.retryAfter = retryAfter;
  }

  /** How long the caller should wait before it tries again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
