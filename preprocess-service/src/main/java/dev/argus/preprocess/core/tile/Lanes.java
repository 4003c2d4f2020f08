package dev.argus.preprocess.core.tile;

import java.util.Arrays;

/**
 * The inner loop of a resize: one line of pixels as a weighted sum of several, all channels, by
 * Pillow's fixed-point arithmetic ({@code ImagingResampleVertical_8bpc} and its horizontal twin).
 *
 * <p>Design note. A line is a row in the vertical pass and a column in the horizontal one; so both
 * passes are this loop, and neighbours in memory never depend on each other. Each channel is cut
 * out of the packed pixels where it is needed. Every loop is one that the JIT turns into vector
 * instructions: ints in, ints out, at the same index of each array, bodies that stay below its
 * limit (three lines a loop; six are too many), no call, and no {@code Math.clamp}, whose
 * arithmetic is in longs.
 *
 * <p>Not thread-safe: it holds the sums.
 */
final class Lanes {
  private static final int CHANNELS = 3;
  private static final int CHANNEL_BITS = 8;
  private static final int HALF = 1 << (Weights.FRACTION_BITS - 1);

  private int[][] sums = new int[CHANNELS][0];

  /**
   * Computes one line.
   *
   * @param lines packed pixels; the line that the first weight is for stands at {@code first}
   * @param output which of the weights' outputs this is
   * @param length pixels of a line
   * @param out gets the line
   */
  void combine(int[][] lines, int first, Weights weights, int output, int length, int[] out) {
    for (int[] channel : sums(length)) {
      Arrays.fill(channel, 0, length, HALF);
    }
    int[] values = weights.values();
    int tap = output * weights.taps();
    int count = weights.counts()[output];
    int i = 0;
    for (; i + 3 <= count; i += 3) {
      add(
          length,
          lines[first + i],
          values[tap + i],
          lines[first + i + 1],
          values[tap + i + 1],
          lines[first + i + 2],
          values[tap + i + 2]);
    }
    if (i < count) {
      int second = Math.min(i + 1, count - 1);
      int weight = i + 1 < count ? values[tap + i + 1] : 0;
      add(length, lines[first + i], values[tap + i], lines[first + second], weight);
    }
    for (int[] channel : sums) {
      round(channel, length);
    }
    join(sums[0], sums[1], sums[2], length, out);
  }

  private int[][] sums(int length) {
    if (sums[0].length < length) {
      sums = new int[CHANNELS][length];
    }
    return sums;
  }

  private void add(int length, int[] a, int wa, int[] b, int wb, int[] c, int wc) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      add(sums[channel], length, channel * CHANNEL_BITS, a, wa, b, wb, c, wc);
    }
  }

  private void add(int length, int[] a, int wa, int[] b, int wb) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      add(sums[channel], length, channel * CHANNEL_BITS, a, wa, b, wb);
    }
  }

  private static void add(
      int[] sum, int length, int shift, int[] a, int wa, int[] b, int wb, int[] c, int wc) {
    for (int i = 0; i < length; i++) {
      sum[i] +=
          ((a[i] >>> shift) & 0xff) * wa
              + ((b[i] >>> shift) & 0xff) * wb
              + ((c[i] >>> shift) & 0xff) * wc;
    }
  }

  private static void add(int[] sum, int length, int shift, int[] a, int wa, int[] b, int wb) {
    for (int i = 0; i < length; i++) {
      sum[i] += ((a[i] >>> shift) & 0xff) * wa + ((b[i] >>> shift) & 0xff) * wb;
    }
  }

  /** From fixed point to 0..255; {@link #HALF} is already in the sum. */
  private static void round(int[] sum, int length) {
    for (int i = 0; i < length; i++) {
      int value = sum[i] >> Weights.FRACTION_BITS;
      int notNegative = value & ~(value >> 31);
      int allOnesIfAbove = (255 - value) >> 31;
      sum[i] = (notNegative | allOnesIfAbove) & 0xff;
    }
  }

  private static void join(int[] red, int[] green, int[] blue, int length, int[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = red[i] | green[i] << CHANNEL_BITS | blue[i] << (2 * CHANNEL_BITS);
    }
  }
}
