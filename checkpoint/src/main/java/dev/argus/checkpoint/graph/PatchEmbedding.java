package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.weights.StoredTensor;

/**
 * The first layer of a vision tower, with everything that precedes it folded in: it takes patches
 * of raw pixels, 0..255, in the order (y, x, channel).
 *
 * <p>The reference normalises pixels to {@code (pixel / 255 - mean) / deviation} and convolves. A
 * convolution whose stride is its width is one matrix product a patch, and normalisation is affine,
 * so that {@code weight / (255 * deviation)} and {@code bias - sum(weight * mean / deviation)} do
 * the same; folded in double precision, the difference is below 1e-5.
 */
final class PatchEmbedding {
  private final VisionConfig config;
  private final StoredTensor weight;
  private final StoredTensor bias;
  private final StoredTensor positions;

  /**
   * @param weight {@code [hidden, 3, patch, patch]}
   * @param bias {@code [hidden]}
   * @param positions {@code [patches, hidden]}, row-major over the patch grid; after one for the
   *     class token if there is one
   */
  PatchEmbedding(
      VisionConfig config, StoredTensor weight, StoredTensor bias, StoredTensor positions) {
    this.config = config;
    this.weight = weight;
    this.bias = bias;
    this.positions = positions;
  }

  /** The matrix that multiplies raw patches: {@code [hidden, patch * patch * 3]}. */
  FloatValues projection() {
    return FloatValues.rows(weight, this::foldScale);
  }

  private float[] foldScale(float[] row) {
    int area = config.patchSize() * config.patchSize();
    float[] folded = new float[row.length];
    for (int channel = 0; channel < 3; channel++) {
      double scale = 1 / (255 * config.standardDeviation().get(channel));
      for (int pixel = 0; pixel < area; pixel++) {
        folded[pixel * 3 + channel] = (float) (row[channel * area + pixel] * scale);
      }
    }
    return folded;
  }

  /** What is added to the product: positions and the folded bias, {@code [patches, hidden]}. */
  FloatValues offsets() {
    float[] folded = foldBias();
    return FloatValues.rows(positions, row -> add(row, folded));
  }

  /**
   * The same for a tower with a class token, whose place is the first and whose patch is zeros:
   * {@code [1 + patches, hidden]}.
   *
   * @param classToken {@code [hidden]}; here the positions are {@code [1 + patches, hidden]}
   */
  FloatValues offsets(StoredTensor classToken) {
    float[] folded = foldBias();
    float[] token = classToken.toArray();
    return FloatValues.rows(positions, (place, row) -> add(row, place == 0 ? token : folded));
  }

  private static float[] add(float[] row, float[] other) {
    for (int i = 0; i < row.length; i++) {
      row[i] += other[i];
    }
    return row;
  }

  private float[] foldBias() {
    int area = config.patchSize() * config.patchSize();
    float[] values = bias.toArray();
    float[] row = new float[3 * area];
    for (int i = 0; i < values.length; i++) {
      weight.read((long) i * row.length, row, 0, row.length);
      double sum = 0;
      for (int channel = 0; channel < 3; channel++) {
        double shift = config.mean().get(channel) / config.standardDeviation().get(channel);
        for (int pixel = 0; pixel < area; pixel++) {
          sum += row[channel * area + pixel] * shift;
        }
      }
      values[i] = (float) (values[i] - sum);
    }
    return values;
  }
}
