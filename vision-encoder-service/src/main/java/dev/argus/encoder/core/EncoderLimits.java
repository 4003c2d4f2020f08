package dev.argus.encoder.core;

import java.time.Duration;

/**
 * How much waits for a vision tower.
 *
 * @param queuedTiles tiles of all streams together that wait for their turn; one more is refused.
 *     One tile of 512 pixels is 768 KiB
 * @param drain how long closing waits for queued tiles before they fail
 */
public record EncoderLimits(int queuedTiles, Duration drain) {

  public EncoderLimits {
    if (queuedTiles < 1) {
      throw new IllegalArgumentException("queuedTiles should be 1 or more, not " + queuedTiles);
    }
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain should not be negative");
    }
  }

  /** 256 tiles, 10 seconds. */
  public static EncoderLimits defaults() {
    return new EncoderLimits(256, Duration.ofSeconds(10));
  }
}
