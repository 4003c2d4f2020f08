package dev.argus.encoder.core;

import java.time.Duration;

/**
 * How long the tower takes for a tile, as an exponential mean over recent runs: what a refused
 * caller is told to wait is made of it.
 *
 * <p>One thread writes, others read.
 */
final class Pace {
  private static final double WEIGHT_OF_LAST = 0.2;
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private volatile double nanosPerTile;

  /** A run took this long. */
  void ran(int tiles, long nanos) {
    double last = (double) nanos / tiles;
    double mean = nanosPerTile;
    nanosPerTile = mean == 0 ? last : mean + WEIGHT_OF_LAST * (last - mean);
  }

  /** When this many tiles should be done, between 50 milliseconds and 10 seconds. */
  Duration timeFor(int tiles) {
    Duration expected = Duration.ofNanos((long) (nanosPerTile * tiles));
    if (expected.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return expected.compareTo(LONGEST) > 0 ? LONGEST : expected;
  }
}
