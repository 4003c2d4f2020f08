package dev.argus.gateway.grpc.discovery;

import java.time.Duration;

/**
 * How long a watch waits for what.
 *
 * @param watch after which the server is asked to end a watch, to be watched again from where it
 *     was
 * @param grace how long the API may be silent beyond that before the connection counts as dead: a
 *     server that is gone without a word is noticed so
 * @param leastPause before the first try again after a failure
 * @param mostPause before any
 */
record WatchTiming(Duration watch, Duration grace, Duration leastPause, Duration mostPause) {
  /** A minute and a quarter of one; from a quarter of a second up to 15. */
  static final WatchTiming DEFAULT =
      new WatchTiming(
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          Duration.ofMillis(250),
          Duration.ofSeconds(15));

  /**
   * How long to wait after so many failures in a row: doubled with each, and between half and all
   * of that, so that gateways do not come back all at once.
   *
   * @param failures 1 or more
   * @param random from 0 to below 1
   */
  Duration pause(int failures, double random) {
    long most = Math.min(mostPause.toNanos(), leastPause.toNanos() << Math.min(failures - 1, 20));
    return Duration.ofNanos((long) (most * (1 + random) / 2));
  }
}
