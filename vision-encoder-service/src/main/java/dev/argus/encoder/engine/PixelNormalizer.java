package dev.argus.encoder.engine;

import dev.argus.checkpoint.config.VisionConfig;
import java.nio.ByteBuffer;

/**
 * From bytes to the normalised floats that exports take.
 *
 * <p>Reference: transformers' image processors: {@code float32(double(pixel) * (1 / 255))}, less
 * the mean, over the deviation, in float32; equal for every byte.
 */
final class PixelNormalizer {
  private static final double SCALE = 1.0 / 255;

  /** By channel and byte. */
  private final float[][] values = new float[3][256];

  PixelNormalizer(VisionConfig config) {
    for (int channel = 0; channel < 3; channel++) {
      float mean = config.mean().get(channel).floatValue();
      float deviation = config.standardDeviation().get(channel).floatValue();
      for (int pixel = 0; pixel < 256; pixel++) {
        values[channel][pixel] = ((float) (pixel * SCALE) - mean) / deviation;
      }
    }
  }

  /**
   * Normalises a tile.
   *
   * @param tile uint8, {@code [side, side, 3]}, from position to limit; left unchanged
   * @param target {@code [3, side, side]}
   */
  void normalize(ByteBuffer tile, float[] target) {
    int area = target.length / 3;
    int first = tile.position();
    for (int channel = 0; channel < 3; channel++) {
      float[] normalized = values[channel];
      for (int pixel = 0; pixel < area; pixel++) {
        target[channel * area + pixel] =
            normalized[Byte.toUnsignedInt(tile.get(first + 3 * pixel + channel))];
      }
    }
  }
}
