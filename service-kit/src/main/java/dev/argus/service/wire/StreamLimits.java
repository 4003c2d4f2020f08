package dev.argus.service.wire;

import java.time.Duration;

/**
 * How far the two sides of a stream may run ahead of each other.
 *
 * @param prefetch received messages held before the sender must wait; 1 or more
 * @param stall how long the other side may take nothing, or a client send nothing, before it is
 *     given up
 */
public record StreamLimits(int prefetch, Duration stall) {
  public StreamLimits {
    if (prefetch < 1 || !stall.isPositive()) {
      throw new IllegalArgumentException("prefetch and stall must be positive");
    }
  }

  /** 4 messages and 30 seconds. */
  public static StreamLimits defaults() {
    return new StreamLimits(4, Duration.ofSeconds(30));
  }
}
