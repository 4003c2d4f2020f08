package dev.argus.preprocess.core;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.ImageFile;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.UnreadableImage;

/**
 * A picture of a conversation whose header is read and within the limits.
 *
 * @param bytes of the file
 * @param file what its header says, and how to decode it
 * @param field path of the file in the request
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record OpenedPicture(byte[] bytes, ImageFile file, String field) {
  /** How to decode a file. */
  @FunctionalInterface
  interface Decoding {
    Pixels decode(ImageFile file) throws UnreadableImage;
  }

  /**
   * Reads the header; no pixel is decoded.
   *
   * @throws InvalidInput when it is no image, or one that is too large
   */
  static OpenedPicture open(byte[] bytes, String field, PreprocessLimits limits) {
    try {
      ImageFile file = ImageFile.parse(bytes);
      requireWithin(limits, file.storedSize(), field);
      return new OpenedPicture(bytes, file, field);
    } catch (UnreadableImage e) {
      throw new InvalidInput(field, e.problem(), e);
    }
  }

  private static void requireWithin(PreprocessLimits limits, Size size, String field) {
    long pixels = (long) size.width() * size.height();
    if (Math.max(size.width(), size.height()) > limits.imageEdge()
        || pixels > limits.imagePixels()) {
      throw new InvalidInput(
          field,
          "shows %d x %d pixels; at most %d pixels and %d an edge are allowed"
              .formatted(size.width(), size.height(), limits.imagePixels(), limits.imageEdge()));
    }
  }

  /**
   * Decodes the picture.
   *
   * @return to be closed by the caller
   * @throws InvalidInput when the file is truncated or damaged
   */
  Pixels decode(Decoding decoding) {
    try {
      return decoding.decode(file);
    } catch (UnreadableImage e) {
      throw new InvalidInput(field, e.problem(), e);
    }
  }
}
