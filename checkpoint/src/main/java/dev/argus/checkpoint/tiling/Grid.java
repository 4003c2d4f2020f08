package dev.argus.checkpoint.tiling;

import java.util.List;

/** A grid of tiles, 1 or more each way. */
public record Grid(int rows, int columns) {

  /**
   * The plan that resizes the whole picture to this grid and, where it has more than one tile and a
   * thumbnail is wanted, appends one made from the picture itself.
   */
  TilePlan plan(Size picture, int side, boolean thumbnail, Filter filter) {
    boolean several = rows * columns > 1;
    return new TilePlan(
        picture,
        List.of(new Size(columns * side, rows * side)),
        rows,
        columns,
        several && thumbnail ? TilePlan.Overview.FROM_SOURCE : TilePlan.Overview.NONE,
        side,
        filter);
  }
}
