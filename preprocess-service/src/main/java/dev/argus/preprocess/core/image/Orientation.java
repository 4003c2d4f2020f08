package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;

/**
 * How a stored picture must be turned to stand upright: EXIF's orientation tag, values 1 to 8,
 * named by what has to be done. The same as Pillow's {@code ImageOps.exif_transpose}.
 */
public enum Orientation {
  NONE,
  MIRROR,
  ROTATE_180,
  FLIP,
  /** Mirrored along the main diagonal. */
  TRANSPOSE,
  /** A quarter turn clockwise. */
  ROTATE_90,
  /** Mirrored along the other diagonal. */
  TRANSVERSE,
  /** A quarter turn counterclockwise. */
  ROTATE_270;

  /** The orientation with this tag value; {@link #NONE} for a value that EXIF does not define. */
  public static Orientation ofTag(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : NONE;
  }

  /** Whether width and height change places. */
  public boolean swapsSides() {
    return compareTo(TRANSPOSE) >= 0;
  }

  /** The upright size of a picture stored with this size. */
  public Size apply(Size stored) {
    return swapsSides()
        ? new Size(/* width= */ stored.height(), /* height= */ stored.width())
        : stored;
  }

  /** The upright picture; the same object where nothing has to be done. */
  public RgbImage apply(RgbImage stored) {
    int right = RgbImage.CHANNELS;
    int down = RgbImage.CHANNELS * stored.width();
    int toRightEdge = (stored.width() - 1) * right;
    int toBottomEdge = (stored.height() - 1) * down;
    return switch (this) {
      case NONE -> stored;
      case MIRROR -> walk(stored, toRightEdge, -right, down);
      case ROTATE_180 -> walk(stored, toRightEdge + toBottomEdge, -right, -down);
      case FLIP -> walk(stored, toBottomEdge, right, -down);
      case TRANSPOSE -> walk(stored, 0, down, right);
      case ROTATE_90 -> walk(stored, toBottomEdge, -down, right);
      case TRANSVERSE -> walk(stored, toRightEdge + toBottomEdge, -down, -right);
      case ROTATE_270 -> walk(stored, toRightEdge, down, -right);
    };
  }

  /**
   * Writes the upright picture row by row while it walks through the stored one: from {@code
   * start}, by {@code xStep} bytes for each pixel to the right and {@code yStep} bytes for each row
   * down.
   */
  private RgbImage walk(RgbImage stored, int start, int xStep, int yStep) {
    Size size = apply(stored.size());
    byte[] from = stored.pixels();
    byte[] to = new byte[from.length];
    int out = 0;
    for (int y = 0; y < size.height(); y++) {
      int in = start + y * yStep;
      for (int x = 0; x < size.width(); x++) {
        to[out++] = from[in];
        to[out++] = from[in + 1];
        to[out++] = from[in + 2];
        in += xStep;
      }
    }
    return new RgbImage(to, size.width(), size.height());
  }
}
