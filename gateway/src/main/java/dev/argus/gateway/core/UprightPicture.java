package dev.argus.gateway.core;

/**
 * A picture as the model sees it, and how it came to stand upright.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param orientation EXIF's tag, 1 to 8: how the stored picture was turned
 */
public record UprightPicture(int width, int height, int orientation) {

  public UprightPicture {
    if (width < 1 || height < 1 || orientation < 1 || orientation > 8) {
      throw new IllegalArgumentException(
          "no picture: %d x %d, orientation %d".formatted(width, height, orientation));
    }
  }

  /**
   * A rectangle.
   *
   * @param xMin left edge
   * @param yMin upper edge
   * @param xMax right edge, not left of {@code xMin}
   * @param yMax lower edge, not above {@code yMin}
   */
  public record Box(double xMin, double yMin, double xMax, double yMax) {}

  /**
   * Where a box lies in the picture as its file stores it.
   *
   * @param upright from 0 to 1, in the upright picture
   * @return in pixels of the stored picture
   */
  public Box stored(Box upright) {
    double left = upright.xMin;
    double top = upright.yMin;
    double right = upright.xMax;
    double bottom = upright.yMax;
    // Each undoes what EXIF asks for: 6, a quarter turn clockwise, by one counterclockwise.
    Box normalised =
        switch (orientation) {
          case 1 -> upright;
          case 2 -> new Box(1 - right, top, 1 - left, bottom);
          case 3 -> new Box(1 - right, 1 - bottom, 1 - left, 1 - top);
          case 4 -> new Box(left, 1 - bottom, right, 1 - top);
          case 5 -> new Box(top, left, bottom, right);
          case 6 -> new Box(top, 1 - right, bottom, 1 - left);
          case 7 -> new Box(1 - bottom, 1 - right, 1 - top, 1 - left);
          case 8 -> new Box(1 - bottom, left, 1 - top, right);
          default -> throw new IllegalStateException("orientation " + orientation);
        };
    boolean turned = orientation >= 5;
    int storedWidth = turned ? height : width;
    int storedHeight = turned ? width : height;
    return new Box(
        normalised.xMin * storedWidth,
        normalised.yMin * storedHeight,
        normalised.xMax * storedWidth,
        normalised.yMax * storedHeight);
  }
}
