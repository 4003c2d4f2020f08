package dev.argus.bench.simulate;

import java.util.Arrays;

/**
 * How millions of times are distributed, in buckets each half a percent wider than the one before:
 * percentiles are right to half a percent.
 */
final class Quantiles {
  private static final double LEAST_SECONDS = 1e-5;
  private static final double WIDTH = Math.log(1.005);

  private long[] counts = new long[4096];
  private long count;

  void add(double seconds) {
    int bucket = (int) Math.max(0, Math.log(seconds / LEAST_SECONDS) / WIDTH);
    if (bucket >= counts.length) {
      counts = Arrays.copyOf(counts, bucket + 1);
    }
    counts[bucket]++;
    count++;
  }

  long count() {
    return count;
  }

  /**
   * Milliseconds that a share of all is not above; 0 where nothing was added.
   *
   * @param share 0 to 1
   */
  double ms(double share) {
    long rank = (long) (share * (count - 1));
    long below = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      below += counts[bucket];
      if (below > rank) {
        return 1000 * LEAST_SECONDS * Math.exp((bucket + 0.5) * WIDTH);
      }
    }
    return 0;
  }
}
