package dev.argus.checkpoint.tiling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * InternVL's rule, as transformers' {@code get_optimal_tiled_canvas} computes it: of all grids with
 * an allowed number of tiles the one whose width over height is closest to the picture's; one
 * resize to the grid; a thumbnail of the picture itself after more than one tile.
 *
 * <p>Grids are tried by area. An exact tie goes to the larger grid only where the picture has more
 * than half of its pixels.
 */
public final class ClosestRatioTiling implements Tiling {
  private final int side;
  private final boolean split;
  private final Filter filter;
  private final List<Grid> grids;

  /**
   * @param side edge of a tile in pixels
   * @param minTiles fewest tiles of a grid
   * @param maxTiles most tiles of a grid
   * @param split whether {@link Detail#AUTO} means to cut into tiles
   * @param filter for all resizes
   */
  public ClosestRatioTiling(int side, int minTiles, int maxTiles, boolean split, Filter filter) {
    this.side = side;
    this.split = split;
    this.filter = filter;
    this.grids = gridsByArea(minTiles, maxTiles);
  }

  @Override
  public TilePlan plan(Size picture, Detail detail) {
    boolean cut =
        switch (detail) {
          case AUTO -> split;
          case LOW -> false;
          case HIGH -> true;
        };
    return (cut ? closest(picture) : new Grid(1, 1)).plan(picture, side, true, filter);
  }

  private Grid closest(Size picture) {
    double aspect = (double) picture.width() / picture.height();
    double area = (double) picture.width() * picture.height();
    Grid best = new Grid(1, 1);
    double smallest = Double.POSITIVE_INFINITY;
    for (Grid grid : grids) {
      double difference = Math.abs(aspect - (double) grid.columns() / grid.rows());
      boolean tieForLarger =
          difference == smallest && area > 0.5 * side * side * grid.rows() * grid.columns();
      if (difference < smallest || tieForLarger) {
        smallest = difference;
        best = grid;
      }
    }
    return best;
  }

  private static List<Grid> gridsByArea(int minTiles, int maxTiles) {
    List<Grid> grids = new ArrayList<>();
    for (int columns = 1; columns <= maxTiles; columns++) {
      for (int rows = 1; rows * columns <= maxTiles; rows++) {
        if (rows * columns >= minTiles) {
          grids.add(new Grid(rows, columns));
        }
      }
    }
    grids.sort(Comparator.comparingInt(grid -> grid.rows() * grid.columns()));
    return List.copyOf(grids);
  }
}
