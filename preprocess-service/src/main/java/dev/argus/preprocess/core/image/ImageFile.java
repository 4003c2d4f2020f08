package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;

/**
 * An image file whose header is read and whose pixels are not decoded yet. One implementation for
 * each {@link ImageFormat}: it reads the header and decodes the first picture.
 *
 * <p>Pixels come out as Pillow's {@code convert("RGB")} gives them: transparency dropped, palettes
 * looked up, grey repeated, 16-bit grey clipped to 255, CMYK by Pillow's rule. A file that ends too
 * early is an error, as in Pillow, never a half-grey picture.
 *
 * <p>Keeps the file's bytes, uncopied. Immutable and thread-safe.
 */
public sealed interface ImageFile permits JpegFile, PngFile, WebpFile, GifFile, BmpFile {

  /**
   * Reads the header alone, in time and memory that do not depend on the size it declares.
   *
   * @param bytes the file; not to be modified
   * @throws UnreadableImage when the bytes begin like no known format, or the header is damaged
   */
  static ImageFile parse(byte[] bytes) throws UnreadableImage {
    ImageFormat format =
        ImageFormat.of(bytes)
            .orElseThrow(() ->
                new UnreadableImage(
                    Videos.contains(bytes)
                        ? "is a video; only pictures are supported"
                        : "is not a " + ImageFormat.ALLOWED + " file"));
    try {
      return switch (format) {
        case JPEG -> JpegFile.parse(bytes);
        case PNG -> PngFile.parse(bytes);
        case WEBP -> WebpFile.parse(bytes);
        case GIF -> GifFile.parse(bytes);
        case BMP -> BmpFile.parse(bytes);
      };
    } catch (IndexOutOfBoundsException e) {
      throw UnreadableImage.truncated(format, e);
    }
  }

  /** The format. */
  ImageFormat format();

  /** Size in pixels as stored, before {@link #orientation} is applied. */
  Size storedSize();

  /** How the stored picture must be turned. */
  Orientation orientation();

  /** The picture as stored, {@link #storedSize} large. */
  RgbImage decodeStored() throws UnreadableImage;

  /** Size in pixels of the upright picture. */
  default Size size() {
    return orientation().apply(storedSize());
  }

  /** The upright picture, {@link #size} large. */
  default RgbImage decode() throws UnreadableImage {
    return orientation().apply(decodeStored());
  }
}
