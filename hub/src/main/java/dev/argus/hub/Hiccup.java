package dev.argus.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An answer that may be another one when asked again. */
final class Hiccup extends IOException {
  private final transient Optional<Duration> retryAfter;

  /**
   * @param retryAfter how long the server asks to wait
   */
  Hiccup(String message, Optional<Duration> retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
