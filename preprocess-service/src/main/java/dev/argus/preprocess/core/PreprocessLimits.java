package dev.argus.preprocess.core;

/**
 * What a conversation may hold. All limits are inclusive.
 *
 * @param messages turns of a conversation
 * @param partsPerMessage texts and pictures of one turn
 * @param images pictures of a conversation
 * @param textBytes UTF-8 bytes of all texts of a conversation
 * @param imageBytes bytes of one image file
 * @param imagePixels pixels of one picture, as its header declares them
 * @param imageEdge longest edge of a picture in pixels, as its header declares it
 */
public record PreprocessLimits(
    int messages,
    int partsPerMessage,
    int images,
    int textBytes,
    int imageBytes,
    long imagePixels,
    int imageEdge) {

  public PreprocessLimits {
    requirePositive(messages, "messages");
    requirePositive(partsPerMessage, "partsPerMessage");
    requirePositive(images, "images");
    requirePositive(textBytes, "textBytes");
    requirePositive(imageBytes, "imageBytes");
    requirePositive(imagePixels, "imagePixels");
    requirePositive(imageEdge, "imageEdge");
    if (imagePixels > MOST_PIXELS) {
      throw new IllegalArgumentException("imagePixels must be at most " + MOST_PIXELS);
    }
  }

  /** Three bytes each, they still fit in one array. */
  private static final long MOST_PIXELS = Integer.MAX_VALUE / 4;

  /**
   * 256 messages of 64 parts, 32 pictures, 1 MiB of text; pictures of 20 MiB, 64 megapixels and
   * 32,768 pixels an edge.
   */
  public static PreprocessLimits defaults() {
    return new PreprocessLimits(256, 64, 32, 1 << 20, 20 << 20, 64_000_000, 32_768);
  }

  private static void requirePositive(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
