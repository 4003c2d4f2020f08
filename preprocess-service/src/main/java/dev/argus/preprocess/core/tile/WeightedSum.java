package dev.argus.preprocess.core.tile;

/**
 * Some lines, each times its weight, added to a line of sums: Pillow's fixed-point arithmetic
 * ({@code ImagingResampleVertical_8bpc} and its horizontal twin).
 *
 * <p>Design note. The JIT turns these loops into vector instructions; the fewer times sums are
 * stored and loaded again, the faster. Six terms are the most that paid; the first loop begins the
 * sums and the last one rounds them, and where six terms are all, one loop does both.
 *
 * <p>Not thread-safe.
 */
final class WeightedSum {
  /** Lines that one loop adds. */
  static final int TERMS = 6;

  private static final int HALF = 1 << (Weights.FRACTION_BITS - 1);
  private static final int BRIGHTEST = 255;
  private static final int[] NONE = {};

  private int[] a = NONE;
  private int[] b = NONE;
  private int[] c = NONE;
  private int[] d = NONE;
  private int[] e = NONE;
  private int[] f = NONE;
  private int ofA;
  private int ofB;
  private int ofC;
  private int ofD;
  private int ofE;
  private int ofF;

  /**
   * Takes up to {@link #TERMS} of an output's lines.
   *
   * @param lines the one that the output's first weight is for stands at {@code first}
   * @param done how many of the output's lines come before them
   */
  void take(int[][] lines, int first, Weights weights, int output, int done) {
    int end = weights.counts()[output];
    a = line(lines, first, done, end);
    b = line(lines, first, done + 1, end);
    c = line(lines, first, done + 2, end);
    d = line(lines, first, done + 3, end);
    e = line(lines, first, done + 4, end);
    f = line(lines, first, done + 5, end);
    ofA = weight(weights, output, done, end);
    ofB = weight(weights, output, done + 1, end);
    ofC = weight(weights, output, done + 2, end);
    ofD = weight(weights, output, done + 3, end);
    ofE = weight(weights, output, done + 4, end);
    ofF = weight(weights, output, done + 5, end);
  }

  /** Any line where there are no more: it weighs nothing. */
  private static int[] line(int[][] lines, int first, int i, int end) {
    return lines[first + Math.min(i, end - 1)];
  }

  private static int weight(Weights weights, int output, int i, int end) {
    return i < end ? weights.values()[output * weights.taps() + i] : 0;
  }

  /**
   * Adds the lines that were taken.
   *
   * @param out sums, from the first lines to the last; then 0 to 255
   * @param opens whether these are the first
   * @param closes whether these are the last
   */
  void compute(int[] out, int length, boolean opens, boolean closes) {
    if (opens && closes) {
      all(out, length);
    } else if (opens) {
      open(out, length);
    } else if (closes) {
      close(out, length);
    } else {
      add(out, length);
    }
  }

  private void all(int[] out, int length) {
    for (int i = 0; i < length; i++) {
      int sum = HALF + a[i] * ofA + b[i] * ofB + c[i] * ofC + d[i] * ofD + e[i] * ofE + f[i] * ofF;
      out[i] = Math.max(0, Math.min(BRIGHTEST, sum >> Weights.FRACTION_BITS));
    }
  }

  private void open(int[] out, int length) {
    for (int i = 0; i < length; i++) {
      out[i] = HALF + a[i] * ofA + b[i] * ofB + c[i] * ofC + d[i] * ofD + e[i] * ofE + f[i] * ofF;
    }
  }

  private void add(int[] out, int length) {
    for (int i = 0; i < length; i++) {
      out[i] = out[i] + a[i] * ofA + b[i] * ofB + c[i] * ofC + d[i] * ofD + e[i] * ofE + f[i] * ofF;
    }
  }

  private void close(int[] out, int length) {
    for (int i = 0; i < length; i++) {
      int sum =
          out[i] + a[i] * ofA + b[i] * ofB + c[i] * ofC + d[i] * ofD + e[i] * ofE + f[i] * ofF;
      out[i] = Math.max(0, Math.min(BRIGHTEST, sum >> Weights.FRACTION_BITS));
    }
  }
}
