package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/**
 * Rows that are already computed, all of them or the latest.
 *
 * @param rows layout {@code [(y - top) % rows.length][x - left]}; to hold a row when it is read
 * @param left the first column that is there
 * @param top the first row that is there
 * @param size of the whole picture
 */
@SuppressWarnings("ArrayRecordComponent") // Working memory; never compared.
record RowsLayer(int[][] rows, int left, int top, Size size) implements Layer {
  /** None: the rows are there. */
  @Override
  public Area source(Area area) {
    return new Area(0, 0, 0, 0);
  }

  @Override
  public Rows open(Area area, Scratch scratch) {
    return new Rows() {
      private int y = area.y();

      @Override
      public void next(int count, int[][] into) {
        for (int j = 0; j < count; j++) {
          System.arraycopy(
              rows[(y - top) % rows.length], area.x() - left, into[j], 0, area.width());
          y++;
        }
      }
    };
  }
}
