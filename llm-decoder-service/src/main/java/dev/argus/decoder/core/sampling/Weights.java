package dev.argus.decoder.core.sampling;

/**
 * Probabilities without their common factor: e<sup>(logit - highest) / temperature</sup>, in
 * double, with a relative error below 1e-12, and exactly 0 for what is less than e<sup>-44</sup>
 * times as probable as the most probable token.
 *
 * <p>Design note. {@code Math.exp} over a vocabulary of 49,280 would take as long as everything
 * else together, may differ in its last bit between machines, and keeps the compiler from using
 * vectors. Here e<sup>x</sup> = (e<sup>x/256</sup>)<sup>256</sup>: for x from -44 to 0 a polynomial
 * of degree 8 gives the inner one to 1e-15, and eight squarings the rest. Additions and
 * multiplications alone vectorise on every machine and give the same bits on all.
 *
 * <p>The sum is made of blocks' sums, each of eight that are added up side by side; the order is
 * fixed.
 */
final class Weights {
  private static final double LOWEST = -44;

  /** What the polynomial gives where its argument is cut off; taken off, it becomes 0. */
  private static final double FLOOR = power(LOWEST);

  private double[] values;
  private double[] cut;
  private final double[] blockSums;

  Weights(int size) {
    values = new double[size];
    cut = new double[size];
    blockSums = new double[RowMaxima.blocks(size)];
  }

  /** Computes the weight of every token. */
  void fill(float[] logits, double highest, double temperature) {
    double inverse = 1 / temperature;
    for (int id = 0; id < logits.length; id++) {
      values[id] = weight(logits[id], highest, inverse);
    }
  }

  /** Computes the weights of some tokens alone; the others' are undefined. */
  void fill(float[] logits, double highest, double temperature, TokenRanking tokens) {
    double inverse = 1 / temperature;
    for (int i = 0; i < tokens.size(); i++) {
      int id = tokens.id(i);
      values[id] = weight(logits[id], highest, inverse);
    }
  }

  /** Computes the weights of these tokens alone; the others' are undefined. */
  void fill(TopLogits top, double temperature) {
    double inverse = 1 / temperature;
    double highest = top.highest();
    for (int i = 0; i < top.ids().length; i++) {
      values[top.ids()[i]] = weight(top.logits()[i], highest, inverse);
    }
  }

  /** The weight of a token; 1 for the most probable. */
  double get(int id) {
    return values[id];
  }

  /** Sets weights below {@code least} to 0. */
  void dropBelow(double least) {
    for (int id = 0; id < values.length; id++) {
      values[id] = values[id] >= least ? values[id] : 0;
    }
  }

  /** The sum of all weights; {@link #at} needs it to have been asked for. */
  double sum() {
    double sum = 0;
    for (int block = 0; block < blockSums.length; block++) {
      blockSums[block] =
          sum(
              values,
              block * RowMaxima.BLOCK,
              Math.min((block + 1) * RowMaxima.BLOCK, values.length));
      sum += blockSums[block];
    }
    return sum;
  }

  /**
   * The sum of the weights of all tokens that are more probable than one: of a higher logit, or the
   * same and a lower id. {@link #takeCut} leaves these alone; {@link #sum} is to be asked for then.
   */
  double cutAt(float[] logits, int token) {
    double limit = logits[token];
    for (int id = 0; id < values.length; id++) {
      // 1 above the limit and 0 at or below it, without a branch: the compiler makes it a vector.
      double above = Math.max(0, Math.min(1, (logits[id] - limit) * 1e300));
      cut[id] = values[id] * above;
    }
    for (int id = 0; id < token; id++) {
      if (logits[id] == logits[token]) {
        cut[id] = values[id];
      }
    }
    double sum = 0;
    for (int from = 0; from < cut.length; from += RowMaxima.BLOCK) {
      sum += sum(cut, from, Math.min(from + RowMaxima.BLOCK, cut.length));
    }
    return sum;
  }

  /** Sets all weights to 0 that the last {@link #cutAt} did not count. */
  void takeCut() {
    double[] left = cut;
    cut = values;
    values = left;
  }

  /** The token in whose share of the sum, in the order of ids, the target lies. */
  int at(double target) {
    double before = 0;
    int block = 0;
    while (block < blockSums.length - 1 && before + blockSums[block] <= target) {
      before += blockSums[block++];
    }
    for (int id = block * RowMaxima.BLOCK; id < values.length; id++) {
      before += values[id];
      if (before > target) {
        return id;
      }
    }
    return last();
  }

  /** Where rounding leaves the target at the very end. */
  private int last() {
    int id = values.length - 1;
    while (values[id] == 0) {
      id--;
    }
    return id;
  }

  private static double sum(double[] values, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int id = from;
    for (; id + 7 < to; id += 8) {
      a += values[id];
      b += values[id + 1];
      c += values[id + 2];
      d += values[id + 3];
      e += values[id + 4];
      f += values[id + 5];
      g += values[id + 6];
      h += values[id + 7];
    }
    for (; id < to; id++) {
      a += values[id];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  private static double weight(float logit, double highest, double inverse) {
    return Math.max(0, power(Math.max((logit - highest) * inverse, LOWEST)) - FLOOR);
  }

  /** e to the x, for x from -44 to 0. */
  private static double power(double x) {
    double y = x * (1.0 / 256);
    double inner = 1.0 / 720 + y * (1.0 / 5040 + y * (1.0 / 40320));
    double p =
        1 + y * (1 + y * (1.0 / 2 + y * (1.0 / 6 + y * (1.0 / 24 + y * (1.0 / 120 + y * inner)))));
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    return p;
  }
}
