package dev.argus.decoder.core.sampling;

/**
 * Random numbers without state: the number depends on a seed and a counter alone.
 *
 * <p>A sequence draws with its own seed and the index of the token, so that its answer is the same
 * whatever else runs beside it, on whichever replica, and whether or not it was interrupted.
 *
 * <p>Two rounds of SplitMix64's finaliser (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014; the constants are Stafford's variant 13): the first spreads the seed,
 * the second the counter.
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /**
   * A number in [0, 1), uniform over the multiples of 2^-53.
   *
   * @param round 0, or more where one number for a counter is not enough
   */
  static double uniform(long seed, long counter, int round) {
    long key = mix(seed + (round + 1) * GOLDEN_GAMMA);
    long bits = mix(key + (counter + 1) * GOLDEN_GAMMA);
    return (bits >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
