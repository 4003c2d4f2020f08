package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * ImageIO, asked for raw samples. {@code BufferedImage.getRGB} converts colour spaces on the way,
 * which makes grey, 16-bit and CMYK pictures differ from the reference; samples do not.
 */
final class RasterSource {
  private RasterSource() {}

  /**
   * The samples of the first picture as ImageIO hands them out: indices where there is a palette,
   * else colours.
   *
   * @param expected the size that the header declares
   */
  static Raster read(ImageFormat format, byte[] file, Size expected) throws UnreadableImage {
    return decode(format, file, expected, reader -> reader.read(0).getRaster());
  }

  /** The samples of the first picture in the colour space of the file itself. */
  static Raster readUnconverted(ImageFormat format, byte[] file, Size expected)
      throws UnreadableImage {
    return decode(format, file, expected, reader -> reader.readRaster(0, null));
  }

  /** One way to have an {@link ImageReader} decode. */
  @FunctionalInterface
  private interface Decoding {
    Raster apply(ImageReader reader) throws IOException;
  }

  // Decoders meet damage that they were not written for: whatever they throw, the file is at fault.
  private static Raster decode(ImageFormat format, byte[] file, Size expected, Decoding decoding)
      throws UnreadableImage {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.title()).next();
    ByteArrayImageInput input = new ByteArrayImageInput(file);
    try {
      // Metadata is ignored: a compressed comment may unfold to gigabytes.
      reader.setInput(input, true, true);
      requireSize(format, new Size(reader.getWidth(0), reader.getHeight(0)), expected);
      Raster raster = decoding.apply(reader);
      requireSize(format, new Size(raster.getWidth(), raster.getHeight()), expected);
      if (input.exhausted()) {
        throw UnreadableImage.truncated(format, null);
      }
      return raster;
    } catch (IOException | RuntimeException e) {
      throw input.exhausted()
          ? UnreadableImage.truncated(format, e)
          : UnreadableImage.damaged(format, e);
    } finally {
      reader.dispose();
    }
  }

  private static void requireSize(ImageFormat format, Size actual, Size expected)
      throws UnreadableImage {
    if (!actual.equals(expected)) {
      throw UnreadableImage.damaged(format, null);
    }
  }
}
