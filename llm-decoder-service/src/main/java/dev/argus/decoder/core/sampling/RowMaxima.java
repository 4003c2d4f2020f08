package dev.argus.decoder.core.sampling;

import dev.argus.base.failure.ModelFault;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The highest logit of a row and of each block of it: one pass that gives the greedy choice, and
 * tells which blocks the few most probable tokens can be in.
 *
 * <p>Design note: the JVM takes floats' maxima one by one, and those of integers many at once. So
 * the logits' bits are compared, made integers of the same order: not a number is beyond the
 * infinities then, above or below.
 */
final class RowMaxima {
  /** Tokens in a block. */
  static final int BLOCK = 256;

  private static final int LEAST = ordered(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
  private static final int MOST = ordered(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

  private final int[] bits;
  private final float[] maxima;
  private final float[] sorted;
  private float highest;

  RowMaxima(int size) {
    bits = new int[size];
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
    MemorySegment.ofArray(bits).copyFrom(MemorySegment.ofArray(logits));
    int most = LEAST;
    int least = MOST;
    for (int block = 0; block < maxima.length; block++) {
      int from = block * BLOCK;
      int to = Math.min(from + BLOCK, bits.length);
      int ofBlock = highest(bits, from, to);
      maxima[block] = Float.intBitsToFloat(ordered(ofBlock));
      most = Math.max(most, ofBlock);
      least = Math.min(least, lowest(bits, from, to));
    }
    if (most > MOST || least < LEAST) {
      throw new ModelFault("the model computed NaN as a logit", null);
    }
    highest = Float.intBitsToFloat(ordered(most));
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

  private static int highest(int[] bits, int from, int to) {
    int highest = Integer.MIN_VALUE;
    for (int id = from; id < to; id++) {
      highest = Math.max(highest, ordered(bits[id]));
    }
    return highest;
  }

  private static int lowest(int[] bits, int from, int to) {
    int lowest = Integer.MAX_VALUE;
    for (int id = from; id < to; id++) {
      lowest = Math.min(lowest, ordered(bits[id]));
    }
    return lowest;
  }

  /** From a float's bits to an integer of the same order, and back. */
  private static int ordered(int bits) {
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
