package dev.argus.decoder.core;

import java.time.Duration;

/**
 * How long a refused caller should wait: until the requests before it have had their slots, if they
 * hold them as long as the last ones did. A hint, between a tenth of a second and half a minute.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
final class RetryHint {
  private static final double SHORTEST_NANOS = 100e6;
  private static final double LONGEST_NANOS = 30e9;

  /** Weight of the newest observation in the moving average. */
  private static final double NEWEST = 0.2;

  private double heldNanos = 1e9;

  /** A slot was held this long. */
  void slotHeld(long nanos) {
    heldNanos += NEWEST * (nanos - heldNanos);
  }

  /**
   * @param waiting requests that wait for a slot
   * @param slots slots there are
   */
  Duration after(int waiting, int slots) {
    double nanos = heldNanos * (waiting + 1) / slots;
    return Duration.ofNanos((long) Math.clamp(nanos, SHORTEST_NANOS, LONGEST_NANOS));
  }
}
