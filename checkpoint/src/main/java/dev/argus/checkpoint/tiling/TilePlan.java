package dev.argus.checkpoint.tiling;

import java.util.List;

/**
 * How one picture is cut: resize it through the canvases in turn, cut the last one row-major into
 * {@code rows * columns} tiles, then append the overview tile if there is one. Every resize uses
 * {@code filter} and rounds to uint8; to the same size it is a copy.
 *
 * @param source size of the picture after EXIF orientation
 * @param canvases sizes to resize the whole picture to, one after another; the last is {@code
 *     columns * side} by {@code rows * side}, or the {@code side} square itself where rows and
 *     columns are 0
 * @param rows rows of the grid; 0 when the picture is not split
 * @param columns columns of the grid; 0 when the picture is not split
 * @param overview where the last tile, which shows the whole picture, comes from
 * @param side edge of a tile in pixels
 * @param filter the resampling filter
 */
public record TilePlan(
    Size source,
    List<Size> canvases,
    int rows,
    int columns,
    Overview overview,
    int side,
    Filter filter) {

  /** The tile that shows the whole picture. It comes last. */
  public enum Overview {
    /** There is none: the grid is the whole picture. */
    NONE,
    /** The last canvas, resized to the tile's size (Idefics3's global image). */
    FROM_CANVAS,
    /** The picture itself, resized to the tile's size (InternVL's and Argus's thumbnail). */
    FROM_SOURCE
  }

  /** Tiles in all. */
  public int tiles() {
    return rows * columns + (overview == Overview.NONE ? 0 : 1);
  }
}
