package dev.argus.checkpoint.random;

/**
 * A sequence of normally distributed numbers of which any can be had at once: number {@code i} is a
 * function of the key and of {@code i} alone, so that threads can share the work, and whole-number
 * arithmetic decides it, so that every machine gives the same bits.
 *
 * <p>Each number is the scaled sum of eight uniform ones of 16 bits (Irwin and Hall): as good as
 * normal up to 3 standard deviations, and never beyond 4.9. The bits come from SplitMix64 (Steele,
 * Lea and Flood, 2014). Immutable and thread-safe.
 */
final class NormalNumbers {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final int SUMMANDS = 8;

  /** Of the sum: half of the largest, 8 * 65535. */
  private static final int MEAN = SUMMANDS * 0xFFFF / 2;

  /** One over the sum's standard deviation, {@code sqrt(8 * (65536^2 - 1) / 12)}. */
  private static final float SCALE = (float) (1 / Math.sqrt(SUMMANDS * (0x1p32 - 1) / 12));

  private final long key;

  private NormalNumbers(long key) {
    this.key = key;
  }

  /** The sequence of this name among those of a seed. */
  static NormalNumbers named(long seed, String name) {
    long key = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < name.length(); i++) {
      key = mix(key + GOLDEN_GAMMA * (name.charAt(i) + 1L));
    }
    return new NormalNumbers(key);
  }

  /** Number {@code index}: mean 0, standard deviation 1. */
  float at(long index) {
    int sum = sumOfFour(bits(2 * index)) + sumOfFour(bits(2 * index + 1));
    return (sum - MEAN) * SCALE;
  }

  /** A whole number from 0 up to but not including the bound, of a sequence of its own. */
  int below(int bound, long index) {
    return (int) Math.unsignedMultiplyHigh(bits(~index), bound);
  }

  private long bits(long index) {
    return mix(key + GOLDEN_GAMMA * index);
  }

  private static int sumOfFour(long bits) {
    return (int) (bits & 0xFFFF)
        + (int) (bits >>> 16 & 0xFFFF)
        + (int) (bits >>> 32 & 0xFFFF)
        + (int) (bits >>> 48);
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
