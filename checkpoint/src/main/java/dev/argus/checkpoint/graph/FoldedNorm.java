package dev.argus.checkpoint.graph;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A layer normalisation whose gain and shift are moved into the linear layers that follow it:
 * {@code W (gain * x + shift) + bias = (W * gain) x + (W shift + bias)}.
 *
 * <p>What flows between them is then as large in every channel, which is what a single scale for
 * all of it needs: a few channels with a large gain would leave the others few steps.
 *
 * @param norm as the checkpoint has it, {@code [width]}
 */
record FoldedNorm(Affine norm) {

  /** What is left of the normalisation: ones and zeros. */
  Affine rest() {
    return new Affine(filled(1), filled(0));
  }

  private FloatValues filled(float value) {
    List<Long> shape = norm.weight().shape();
    float[] values = new float[Math.toIntExact(shape.getFirst())];
    Arrays.fill(values, value);
    return new FloatValues(shape, sink -> sink.put(values));
  }

  /**
   * The weights of a layer that follows.
   *
   * @param weight {@code [out, width]}
   */
  FloatValues weight(FloatValues weight) {
    return new FloatValues(
        weight.shape(),
        sink -> {
          float[] gain = norm.weight().toArray();
          Rows.of(
              weight,
              (_, row) -> {
                for (int i = 0; i < row.length; i++) {
                  row[i] *= gain[i];
                }
                sink.put(row);
              });
        });
  }

  /**
   * The bias of layers that follow.
   *
   * @param bias of all of them, one after another
   * @param weights of each, before {@link #weight}, {@code [out, width]}
   */
  FloatValues bias(FloatValues bias, List<FloatValues> weights) {
    return new FloatValues(
        bias.shape(),
        sink -> {
          float[] sum = bias.toArray();
          int first = 0;
          for (FloatValues weight : weights) {
            addShift(weight, sum, first);
            first += Math.toIntExact(weight.shape().getFirst());
          }
          sink.put(sum);
        });
  }

  private void addShift(FloatValues weight, float[] sum, int first) throws IOException {
    float[] shift = norm.bias().toArray();
    Rows.of(
        weight,
        (index, row) -> {
          double product = 0;
          for (int i = 0; i < row.length; i++) {
            product += (double) row[i] * shift[i];
          }
          sum[first + index] = (float) (sum[first + index] + product);
        });
  }

  /** As {@link #weight} and {@link #bias}, of one layer. */
  Affine into(Affine layer) {
    return new Affine(weight(layer.weight()), bias(layer.bias(), List.of(layer.weight())));
  }
}
