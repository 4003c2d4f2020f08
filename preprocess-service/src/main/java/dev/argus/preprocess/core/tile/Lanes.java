package dev.argus.preprocess.core.tile;

/**
 * The inner loops of a resize over lines of pixels.
 *
 * <p>Design note. A line is a row in the vertical pass and a column in the horizontal one; so both
 * passes are this loop, and neighbours in memory never depend on each other. A line that is summed
 * holds its channels one after another, an int for each, so that one loop does all of them; they
 * are taken apart once, and not for each product. Every loop is one that the JIT turns into vector
 * instructions: ints in, ints out, at the same index of each array, no call, and no {@code
 * Math.clamp}, whose arithmetic is in longs. One array at two indices is never vectorised, since
 * what is read may have been written just before; hence the copies when channels are taken apart
 * and put together.
 *
 * <p>Not thread-safe: it holds lines of its own.
 */
final class Lanes {
  private static final int CHANNELS = 3;
  private static final int CHANNEL_BITS = 8;
  private static final int CHANNEL = 0xff;

  private final WeightedSum sum = new WeightedSum();
  private int[] green = new int[0];
  private int[] blue = new int[0];

  /** Ints of a line of so many pixels whose channels are apart. */
  static int length(int pixels) {
    return CHANNELS * pixels;
  }

  /**
   * Takes channels apart.
   *
   * @param line packed pixels, followed by room for as many ints twice; what the highest 8 bits of
   *     a pixel hold does not matter. Gets the channels
   */
  void part(int[] line, int pixels) {
    System.arraycopy(line, 0, line, pixels, pixels);
    System.arraycopy(line, 0, line, 2 * pixels, pixels);
    mask(line, 0, pixels);
    shift(line, pixels, 2 * pixels, CHANNEL_BITS);
    shift(line, 2 * pixels, 3 * pixels, 2 * CHANNEL_BITS);
  }

  private static void mask(int[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      line[i] &= CHANNEL;
    }
  }

  private static void shift(int[] line, int from, int to, int bits) {
    for (int i = from; i < to; i++) {
      line[i] = (line[i] >>> bits) & CHANNEL;
    }
  }

  /**
   * Puts channels together.
   *
   * @param apart 0 to 255 each
   * @param packed gets the pixels; their highest 8 bits are 0
   */
  void join(int[] apart, int pixels, int[] packed) {
    if (green.length < pixels) {
      green = new int[pixels];
      blue = new int[pixels];
    }
    System.arraycopy(apart, pixels, green, 0, pixels);
    System.arraycopy(apart, 2 * pixels, blue, 0, pixels);
    join(apart, green, blue, pixels, packed);
  }

  private static void join(int[] red, int[] green, int[] blue, int length, int[] packed) {
    for (int i = 0; i < length; i++) {
      packed[i] = red[i] | green[i] << CHANNEL_BITS | blue[i] << (2 * CHANNEL_BITS);
    }
  }

  /**
   * Computes one line as a weighted sum of others.
   *
   * @param lines with channels apart; the line that the first weight is for stands at {@code first}
   * @param output which of the weights' outputs this is
   * @param pixels of a line
   * @param out gets the line, channels apart
   */
  void combine(int[][] lines, int first, Weights weights, int output, int pixels, int[] out) {
    int count = weights.counts()[output];
    for (int done = 0; done < count; done += WeightedSum.TERMS) {
      sum.take(lines, first, weights, output, done);
      sum.compute(out, length(pixels), done == 0, done + WeightedSum.TERMS >= count);
    }
  }
}
