package dev.argus.decoder.core.sampling;

import dev.argus.base.failure.ModelFault;
import java.util.Arrays;

/**
 * The highest logit of a row and of each block of it: one pass that gives the greedy choice, and
 * tells which blocks the few most probable tokens can be in.
 */
final class RowMaxima {
  /** Tokens in a block. */
  static final int BLOCK = 256;

  private final float[] maxima;
  private final float[] sorted;
  private float highest;

  RowMaxima(int size) {
    maxima = new float[blocks(size)];
    sorted = new float[maxima.length];
  }

  static int blocks(int size) {
    return (size + BLOCK - 1) / BLOCK;
  }

  /**
   * Reads a row.
   *
   * @throws ModelFault if a logit is NaN or positive infinity, or all are negative infinity
   */
  void read(float[] logits) {
    highest = Float.NEGATIVE_INFINITY;
    for (int block = 0; block < maxima.length; block++) {
      int from = block * BLOCK;
      maxima[block] = highest(logits, from, Math.min(from + BLOCK, logits.length));
      highest = Math.max(highest, maxima[block]); // NaN, once there, stays
    }
    if (Float.isNaN(highest)) {
      throw new ModelFault("the model computed NaN as a logit", null);
    }
    if (Float.isInfinite(highest)) {
      throw new ModelFault("the model computed infinite logits", null);
    }
  }

  /** The highest logit. */
  float highest() {
    return highest;
  }

  /** The token with the highest logit, the lowest id among equals. */
  int best(float[] logits) {
    int block = 0;
    while (maxima[block] != highest) {
      block++;
    }
    int id = block * BLOCK;
    while (logits[id] != highest) {
      id++;
    }
    return id;
  }

  /**
   * A logit that at least {@code count} tokens reach: the count-th highest of the blocks' maxima.
   * Negative infinity if there are fewer blocks.
   */
  float reachedBy(int count) {
    if (count > maxima.length) {
      return Float.NEGATIVE_INFINITY;
    }
    System.arraycopy(maxima, 0, sorted, 0, maxima.length);
    Arrays.sort(sorted);
    return sorted[sorted.length - count];
  }

  /** The highest logit in a block. */
  float ofBlock(int block) {
    return maxima[block];
  }

  private static float highest(float[] logits, int from, int to) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int id = from; id < to; id++) {
      highest = Math.max(highest, logits[id]);
    }
    return highest;
  }
}
