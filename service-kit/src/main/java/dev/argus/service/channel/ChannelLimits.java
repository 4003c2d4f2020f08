package dev.argus.service.channel;

import java.time.Duration;

/**
 * What a connection to another stage may do.
 *
 * @param maxInboundBytes largest message received; a larger one fails its call
 * @param keepAlive how long a connection may be silent before it is probed; at least 10 seconds,
 *     which is what Argus's servers permit
 */
public record ChannelLimits(int maxInboundBytes, Duration keepAlive) {
  public ChannelLimits {
    if (maxInboundBytes < 1 || keepAlive.compareTo(Duration.ofSeconds(10)) < 0) {
      throw new IllegalArgumentException(
          "maxInboundBytes must be positive and keepAlive at least 10 s");
    }
  }

  /** 64 MiB and 30 seconds. */
  public static ChannelLimits defaults() {
    return new ChannelLimits(64 << 20, Duration.ofSeconds(30));
  }
}
