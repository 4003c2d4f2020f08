package dev.argus.decoder.core.sampling;

import java.util.Arrays;

/**
 * Some tokens of a row, of which the most probable ones can be kept: by descending logit, equal
 * logits by ascending id.
 *
 * <p>A token is one {@code long}: the order-preserving bits of its logit in the upper half,
 * inverted, and its id in the lower, so that a smaller one is more probable and no two are equal.
 *
 * <p>Design note. Few tokens are sorted. Of many, a histogram over logits finds the bin in which
 * the last kept one lies; what is above it is kept as it is, and only that bin is sorted. Tokens
 * that are left are therefore the right ones, but in no particular order.
 */
final class TokenRanking {
  /** Up to so many tokens sorting is faster than a histogram. */
  private static final int FEW = 1024;

  private static final int BINS = 2048;

  private final long[] keys;
  private final long[] boundary;
  private final int[] counts = new int[BINS];
  private final double[] masses = new double[BINS];
  private int size;

  TokenRanking(int capacity) {
    keys = new long[capacity];
    boundary = new long[capacity];
  }

  int size() {
    return size;
  }

  int id(int index) {
    return (int) keys[index];
  }

  /** Takes all tokens whose logit is at least {@code least}, and not negative infinity. */
  void gather(float[] logits, RowMaxima maxima, float least) {
    size = 0;
    float lowest = Math.max(least, -Float.MAX_VALUE);
    for (int block = 0; block * RowMaxima.BLOCK < logits.length; block++) {
      if (maxima.ofBlock(block) >= lowest) {
        gather(logits, block * RowMaxima.BLOCK, lowest);
      }
    }
  }

  private void gather(float[] logits, int from, float least) {
    int to = Math.min(from + RowMaxima.BLOCK, logits.length);
    for (int id = from; id < to; id++) {
      if (logits[id] >= least) {
        keys[size++] = key(id, logits[id]);
      }
    }
  }

  /** Takes these tokens. */
  void take(TopLogits top) {
    size = top.ids().length;
    for (int i = 0; i < size; i++) {
      keys[i] = key(top.ids()[i], top.logits()[i]);
    }
  }

  /** Sorts what there is, the most probable first. */
  void sort() {
    Arrays.sort(keys, 0, size);
  }

  /** Drops tokens whose weight is below {@code least}. */
  void dropBelow(Weights weights, double least) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (weights.get(id(i)) >= least) {
        keys[kept++] = keys[i];
      }
    }
    size = kept;
  }

  /**
   * Keeps the {@code count} most probable; few are sorted, so that nothing shows of how many more
   * there were.
   */
  void keepFirst(int count, Weights weights) {
    if (count < size) {
      keep(count, Double.POSITIVE_INFINITY, weights);
    }
    if (size <= FEW) {
      sort();
    }
  }

  /** Keeps the fewest most probable whose weights add up to {@code mass}, at least one. */
  void keepMass(double mass, Weights weights) {
    keep(size, mass, weights);
  }

  /** The sum of the weights. */
  double sum(Weights weights) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += weights.get(id(i));
    }
    return sum;
  }

  /** The token in whose share of the sum the target lies. */
  int at(double target, Weights weights) {
    double sum = 0;
    for (int i = 0; i < size - 1; i++) {
      sum += weights.get(id(i));
      if (sum > target) {
        return id(i);
      }
    }
    return id(size - 1);
  }

  private void keep(int most, double mass, Weights weights) {
    if (size <= FEW) {
      sort();
      size = prefix(keys, size, most, mass, weights);
    } else {
      keepByHistogram(most, mass, weights);
    }
  }

  private void keepByHistogram(int most, double mass, Weights weights) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      first = Math.min(first, keys[i]);
      last = Math.max(last, keys[i]);
    }
    double highest = logit(first);
    double scale = (BINS - 1) / Math.max(highest - logit(last), Float.MIN_NORMAL);
    Arrays.fill(counts, 0);
    Arrays.fill(masses, 0);
    for (int i = 0; i < size; i++) {
      int bin = bin(keys[i], highest, scale);
      counts[bin]++;
      masses[bin] += weights.get(id(i));
    }
    int bin = 0;
    int count = 0;
    double sum = 0;
    while (bin < BINS - 1 && count + counts[bin] < most && sum + masses[bin] < mass) {
      count += counts[bin];
      sum += masses[bin];
      bin++;
    }
    split(bin, highest, scale, most - count, mass - sum, weights);
  }

  /** Keeps the tokens above a bin, and of those in it as many as are still wanted. */
  private void split(
      int bin, double highest, double scale, int most, double mass, Weights weights) {
    int above = 0;
    int within = 0;
    for (int i = 0; i < size; i++) {
      int other = bin(keys[i], highest, scale);
      if (other < bin) {
        keys[above++] = keys[i];
      } else if (other == bin) {
        boundary[within++] = keys[i];
      }
    }
    Arrays.sort(boundary, 0, within);
    int more = prefix(boundary, within, most, mass, weights);
    System.arraycopy(boundary, 0, keys, above, more);
    size = above + more;
  }

  private static int prefix(long[] sorted, int size, int most, double mass, Weights weights) {
    double sum = 0;
    int count = 0;
    while (count < Math.min(size, most) && sum < mass) {
      sum += weights.get((int) sorted[count++]);
    }
    return count;
  }

  private static int bin(long key, double highest, double scale) {
    return (int) ((highest - logit(key)) * scale);
  }

  private static long key(int id, float logit) {
    int bits = Float.floatToRawIntBits(logit + 0.0f); // -0 becomes +0: they are equal
    int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
    return ((long) ~ascending << 32) | id;
  }

  private static float logit(long key) {
    int ascending = ~(int) (key >> 32);
    return Float.intBitsToFloat(ascending ^ ((ascending >> 31) & 0x7FFFFFFF));
  }
}
