package dev.argus.checkpoint.tiling;

import java.util.List;

/**
 * Idefics3's and SmolVLM's rule, as transformers' {@code Idefics3ImageProcessor} computes it: bring
 * the longest edge to a fixed length, smaller pictures too; bring both edges up to whole tiles;
 * cut; append the whole picture, stretched to one tile.
 *
 * <p>The arithmetic is in double, cut off towards zero, as Python's is.
 */
public final class Idefics3Tiling implements Tiling {
  /** {@code MAX_IMAGE_SIZE} of the reference: the limit that no setting goes beyond. */
  private static final int LARGEST_EDGE = 4096;

  private final int longestEdge;
  private final int side;
  private final boolean split;
  private final Filter filter;

  /**
   * @param longestEdge pixels that the longest edge is brought to
   * @param side edge of a tile in pixels
   * @param split whether {@link Detail#AUTO} means to cut into tiles
   * @param filter for all three resizes
   */
  public Idefics3Tiling(int longestEdge, int side, boolean split, Filter filter) {
    this.longestEdge = longestEdge;
    this.side = side;
    this.split = split;
    this.filter = filter;
  }

  @Override
  public TilePlan plan(Size picture, Detail detail) {
    Size first = withinLimit(withLongestEdge(picture));
    boolean cut =
        switch (detail) {
          case AUTO -> split;
          case LOW -> false;
          case HIGH -> true;
        };
    Size second = cut ? wholeTiles(first) : new Size(side, side);
    boolean single = second.width() <= side && second.height() <= side;
    return new TilePlan(
        picture,
        List.of(first, second),
        single ? 0 : second.height() / side,
        single ? 0 : second.width() / side,
        TilePlan.Overview.FROM_CANVAS,
        side,
        filter);
  }

  private Size withLongestEdge(Size size) {
    double aspect = (double) size.width() / size.height();
    if (size.width() >= size.height()) {
      return new Size(longestEdge, Math.max(1, even((int) (longestEdge / aspect))));
    }
    return new Size(Math.max(1, even((int) (longestEdge * aspect))), longestEdge);
  }

  private static int even(int length) {
    return length + length % 2;
  }

  private static Size withinLimit(Size size) {
    double aspect = (double) size.width() / size.height();
    if (size.width() >= size.height() && size.width() > LARGEST_EDGE) {
      return new Size(LARGEST_EDGE, Math.max(1, (int) (LARGEST_EDGE / aspect)));
    }
    if (size.height() > size.width() && size.height() > LARGEST_EDGE) {
      return new Size(Math.max(1, (int) (LARGEST_EDGE * aspect)), LARGEST_EDGE);
    }
    return size;
  }

  private Size wholeTiles(Size size) {
    double aspect = (double) size.width() / size.height();
    if (size.width() >= size.height()) {
      int width = wholeTiles(size.width());
      return new Size(width, wholeTiles((int) (width / aspect)));
    }
    int height = wholeTiles(size.height());
    return new Size(wholeTiles((int) (height * aspect)), height);
  }

  private int wholeTiles(int length) {
    return Math.max(1, Math.ceilDiv(length, side)) * side;
  }
}
