package dev.argus.checkpoint.tiling;

import java.util.List;

/**
 * Argus's rule: of the listed grids the one whose aspect ratio is closest to the picture's on a
 * logarithmic scale, the earlier one on an exact tie; one resize to the grid; a thumbnail of the
 * picture itself after more than one tile.
 *
 * <p>{@link Detail#LOW} is one tile, whatever the list says. {@link Detail#HIGH} is the same as
 * {@link Detail#AUTO}: the list is all that the model knows.
 */
public final class ClosestAspectTiling implements Tiling {
  private final int side;
  private final List<Grid> grids;
  private final boolean thumbnail;
  private final Filter filter;

  /**
   * @param side edge of a tile in pixels
   * @param grids to choose from; not empty
   * @param thumbnail whether one follows a grid of more than one tile
   * @param filter for all resizes
   */
  public ClosestAspectTiling(int side, List<Grid> grids, boolean thumbnail, Filter filter) {
    this.side = side;
    this.grids = List.copyOf(grids);
    this.thumbnail = thumbnail;
    this.filter = filter;
  }

  @Override
  public TilePlan plan(Size picture, Detail detail) {
    Grid grid = detail == Detail.LOW ? new Grid(1, 1) : closest(picture);
    return grid.plan(picture, side, thumbnail, filter);
  }

  private Grid closest(Size picture) {
    double wanted = Math.log((double) picture.width() / picture.height());
    Grid best = grids.getFirst();
    double smallest = Double.POSITIVE_INFINITY;
    for (Grid grid : grids) {
      double difference = Math.abs(wanted - Math.log((double) grid.columns() / grid.rows()));
      if (difference < smallest) {
        smallest = difference;
        best = grid;
      }
    }
    return best;
  }
}
