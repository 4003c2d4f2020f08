package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/**
 * Rows that are already computed, side by side in strips of one width.
 *
 * @param strips layout {@code [strip][row - top][column of the strip]}
 * @param top the first row that is there
 * @param stripWidth pixels
 * @param size of the whole picture
 */
@SuppressWarnings("ArrayRecordComponent") // Working memory; never compared.
record RowsLayer(int[][][] strips, int top, int stripWidth, Size size) implements Layer {
  @Override
  public int depth() {
    return 0;
  }

  @Override
  public void rows(Area area, int[][] into, Scratch scratch) {
    int done = 0;
    while (done < area.width()) {
      int left = (area.x() + done) % stripWidth;
      int width = Math.min(stripWidth - left, area.width() - done);
      int[][] strip = strips[(area.x() + done) / stripWidth];
      for (int j = 0; j < area.height(); j++) {
        System.arraycopy(strip[area.y() - top + j], left, into[j], done, width);
      }
      done += width;
    }
  }
}
