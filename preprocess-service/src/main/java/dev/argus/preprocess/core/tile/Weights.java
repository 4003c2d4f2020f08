package dev.argus.preprocess.core.tile;

/**
 * What each output pixel of one axis is made of: a run of input pixels and their weights, in fixed
 * point. Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}.
 *
 * @param first for each output pixel, the first input pixel of its run
 * @param counts for each output pixel, the length of its run
 * @param taps most input pixels of a run: the row length of {@code values}
 * @param values weights with {@link #FRACTION_BITS} fractional bits, layout {@code [outputs, taps]}
 */
@SuppressWarnings("ArrayRecordComponent") // Inner-loop tables; never compared.
record Weights(int[] first, int[] counts, int taps, int[] values) {

  /** Room for the 8 bits of a pixel, and 2 for weights that overshoot 1. */
  static final int FRACTION_BITS = 32 - 8 - 2;

  /** The weights for an axis that goes from one length to another, both in pixels. */
  static Weights of(int input, int output, Kernel kernel) {
    double scale = (double) input / output;
    // Where the output is coarser, the kernel widens to its grid, so that nothing aliases.
    double stretch = Math.max(scale, 1);
    double support = kernel.support() * stretch;
    int taps = (int) Math.ceil(support) * 2 + 1;
    Weights weights = new Weights(new int[output], new int[output], taps, new int[output * taps]);
    double[] run = new double[taps];
    for (int x = 0; x < output; x++) {
      double center = (x + 0.5) * scale;
      int first = Math.max((int) (center - support + 0.5), 0);
      int count = Math.min((int) (center + support + 0.5), input) - first;
      for (int i = 0; i < count; i++) {
        run[i] = kernel.weight((i + first - center + 0.5) * (1 / stretch));
      }
      weights.set(x, first, run, count);
    }
    return weights;
  }

  private void set(int output, int from, double[] run, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += run[i];
    }
    first[output] = from;
    counts[output] = count;
    for (int i = 0; i < count; i++) {
      double weight = sum == 0 ? run[i] : run[i] / sum;
      values[output * taps + i] =
          (int) (weight * (1 << FRACTION_BITS) + Math.copySign(0.5, weight));
    }
  }

  /** How many output pixels there are. */
  int outputs() {
    return first.length;
  }

  /** The input pixel after the last one that an output pixel is made of. */
  int end(int output) {
    return first[output] + counts[output];
  }
}
