package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.Pixels;

/**
 * A picture that is computed where it is read: the source, or the source after some resizes. A
 * layer asks the one below for just those pixels that it needs, so that a block of the last picture
 * comes from the source in one go and the pictures in between never exist as a whole. Each layer
 * rounds to uint8, as the reference does between its resizes; hence the same bytes.
 *
 * <p>Pixels are packed as {@link Pixels} packs them. Thread-safe.
 */
sealed interface Layer permits SourceLayer, RowsLayer, WidenedLayer, HeightenedLayer {
  /** Columns that are written together when rows are turned into columns. */
  int TOGETHER = 8;

  Size size();

  /** How many layers there are below this one. */
  int depth();

  /**
   * Computes a rectangle, row by row.
   *
   * @param into gets pixel (x + i, y + j) at {@code [j][i]}
   */
  void rows(Area area, int[][] into, Scratch scratch);

  /**
   * Computes a rectangle, column by column.
   *
   * @param into gets pixel (x + i, y + j) at {@code [first + i][j]}
   */
  default void columns(Area area, int[][] into, int first, Scratch scratch) {
    int[][] rows = scratch.level(depth()).turned(area.height(), area.width());
    rows(area, rows, scratch);
    transpose(rows, 0, area.width(), area.height(), into, first);
  }

  /**
   * The layers of one resize: Pillow's {@code Image.resize}, first along x, then along y; an axis
   * whose length stays is left out.
   */
  static Layer resized(Layer from, Size to, Filter filter, WeightTables weights) {
    Size size = from.size();
    Layer widened =
        size.width() == to.width()
            ? from
            : new WidenedLayer(from, weights.of(size.width(), to.width(), filter));
    return size.height() == to.height()
        ? widened
        : new HeightenedLayer(widened, weights.of(size.height(), to.height(), filter));
  }

  /**
   * Turns rows into columns.
   *
   * @param left the column of {@code rows} that becomes {@code into[first]}
   */
  static void transpose(int[][] rows, int left, int width, int height, int[][] into, int first) {
    for (int i = 0; i < width; i += TOGETHER) {
      int columns = Math.min(TOGETHER, width - i);
      for (int j = 0; j < height; j++) {
        int[] row = rows[j];
        for (int k = 0; k < columns; k++) {
          into[first + i + k][j] = row[left + i + k];
        }
      }
    }
  }
}
