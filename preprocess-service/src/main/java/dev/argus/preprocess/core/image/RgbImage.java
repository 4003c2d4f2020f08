package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;

/**
 * A picture in memory.
 *
 * @param pixels uint8 RGB, layout {@code [height, width, 3]}, row-major, without padding; shared,
 *     not copied, and not to be modified once the picture is made
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes of pixels; never compared.
public record RgbImage(byte[] pixels, int width, int height) {

  /** Bytes of a pixel. */
  public static final int CHANNELS = 3;

  public RgbImage {
    if (width < 1 || height < 1 || pixels.length != (long) CHANNELS * width * height) {
      throw new IllegalArgumentException(
          "%d bytes are not %d x %d RGB pixels".formatted(pixels.length, width, height));
    }
  }

  /** Width and height. */
  public Size size() {
    return new Size(width, height);
  }

  /** Index in {@link #pixels} of a row's first byte. */
  public int rowOffset(int y) {
    return y * width * CHANNELS;
  }
}
