package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;

/**
 * How a stored picture must be turned to stand upright: EXIF's orientation tag, values 1 to 8,
 * named by what has to be done. The same as Pillow's {@code ImageOps.exif_transpose}.
 */
public enum Orientation {
  NONE(1),
  MIRROR(2),
  ROTATE_180(3),
  FLIP(4),
  /** Mirrored along the main diagonal. */
  TRANSPOSE(5),
  /** A quarter turn clockwise. */
  ROTATE_90(6),
  /** Mirrored along the other diagonal. */
  TRANSVERSE(7),
  /** A quarter turn counterclockwise. */
  ROTATE_270(8);

  private final int tag;

  Orientation(int tag) {
    this.tag = tag;
  }

  /** The orientation with this tag value; {@link #NONE} for a value that EXIF does not define. */
  public static Orientation ofTag(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : NONE;
  }

  /** EXIF's value. */
  public int tag() {
    return tag;
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
    return this == NONE ? stored : copy(stored, walk(stored.size(), RgbImage.CHANNELS));
  }

  /**
   * How to read a stored picture so that it stands upright. All in bytes.
   *
   * @param start where the upright picture's first pixel is stored
   * @param xStep from there to its right neighbour
   * @param yStep to the one below
   */
  record Walk(long start, long xStep, long yStep) {

    /** Where an upright picture's pixel is stored. */
    long offset(int x, int y) {
      return start + x * xStep + y * yStep;
    }
  }

  /** The walk through a picture that is stored row by row, without padding. */
  Walk walk(Size stored, int bytesPerPixel) {
    long right = bytesPerPixel;
    long down = (long) bytesPerPixel * stored.width();
    long toRightEdge = (stored.width() - 1) * right;
    long toBottomEdge = (stored.height() - 1) * down;
    return switch (this) {
      case NONE -> new Walk(0, right, down);
      case MIRROR -> new Walk(toRightEdge, -right, down);
      case ROTATE_180 -> new Walk(toRightEdge + toBottomEdge, -right, -down);
      case FLIP -> new Walk(toBottomEdge, right, -down);
      case TRANSPOSE -> new Walk(0, down, right);
      case ROTATE_90 -> new Walk(toBottomEdge, -down, right);
      case TRANSVERSE -> new Walk(toRightEdge + toBottomEdge, -down, -right);
      case ROTATE_270 -> new Walk(toRightEdge, down, -right);
    };
  }

  private RgbImage copy(RgbImage stored, Walk walk) {
    Size size = apply(stored.size());
    byte[] from = stored.pixels();
    byte[] to = new byte[from.length];
    int xStep = Math.toIntExact(walk.xStep());
    int out = 0;
    for (int y = 0; y < size.height(); y++) {
      int in = Math.toIntExact(walk.offset(0, y));
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
