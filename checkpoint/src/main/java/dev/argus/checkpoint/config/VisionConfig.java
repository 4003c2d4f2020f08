package dev.argus.checkpoint.config;

import dev.argus.base.failure.ModelFault;
import java.util.List;

/**
 * The vision tower and its connector.
 *
 * @param hiddenSize width of a patch feature
 * @param intermediateSize width of the MLP's inner layer
 * @param layers number of transformer layers
 * @param heads number of attention heads
 * @param imageSize edge of a tile in pixels
 * @param patchSize edge of a patch in pixels; what a tile has beyond whole patches, right and
 *     below, is left out, as a convolution does
 * @param layerNormEpsilon epsilon of every layer normalisation of the tower
 * @param scaleFactor edge, in patches, of the square that pixel unshuffle folds into one visual
 *     token; divides the patch grid's edge
 * @param mean per channel R, G, B, of pixels scaled to 0..1
 * @param standardDeviation per channel R, G, B, of pixels scaled to 0..1
 */
public record VisionConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int imageSize,
    int patchSize,
    double layerNormEpsilon,
    int scaleFactor,
    List<Double> mean,
    List<Double> standardDeviation) {

  /** Refuses sizes that do not fit together. */
  public VisionConfig {
    if (imageSize < patchSize || (imageSize / patchSize) % scaleFactor != 0) {
      throw new ModelFault(
          "a tile of %d pixels cannot be cut into patches of %d and these folded by %d"
              .formatted(imageSize, patchSize, scaleFactor),
          null);
    }
    if (hiddenSize % heads != 0) {
      throw new ModelFault(
          "%d vision heads do not divide a width of %d".formatted(heads, hiddenSize), null);
    }
  }

  /**
   * Reads a {@code vision_config}.
   *
   * @param vision the settings, complete
   * @param scaleFactor edge of the square that becomes one visual token
   * @param mean of pixels, which the image processor's settings hold
   * @param standardDeviation as the mean
   */
  public static VisionConfig read(
      Settings vision, int scaleFactor, List<Double> mean, List<Double> standardDeviation) {
    return new VisionConfig(
        vision.positive("hidden_size"),
        vision.positive("intermediate_size"),
        vision.positive("num_hidden_layers"),
        vision.positive("num_attention_heads"),
        vision.positiveSquare("image_size"),
        vision.positiveSquare("patch_size"),
        vision.number("layer_norm_eps", 1e-6),
        scaleFactor,
        mean,
        standardDeviation);
  }

  /** Edge of the patch grid, in patches. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** Patches of one tile. */
  public int patches() {
    return gridSize() * gridSize();
  }

  /** Visual tokens of one tile. */
  public int visualTokens() {
    int edge = gridSize() / scaleFactor;
    return edge * edge;
  }
}
