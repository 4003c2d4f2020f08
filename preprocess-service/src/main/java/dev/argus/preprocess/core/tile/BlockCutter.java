package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import java.util.Arrays;

/**
 * Computes blocks of a canvas, {@link #BAND} rows at a time: writes them into a tile and, while a
 * band is still in the cache, makes the overview's horizontal pass of it.
 *
 * <p>For that, a block is a little wider than its tile: some columns are computed twice, a few in a
 * hundred, so that blocks need nothing of each other. Thread-safe.
 *
 * @param side edge of cells and overview, in pixels
 * @param across gets the overview after its horizontal pass, layout {@code [canvas height][side]};
 *     no rows where it is not made from the canvas
 */
@SuppressWarnings("ArrayRecordComponent") // Working memory; never compared.
record BlockCutter(Layer canvas, int side, int[][] across, Filter filter, WeightTables weights) {
  private static final int BAND = 128;

  /** Whether the overview is made from the canvas. */
  boolean feedsOverview() {
    return across.length > 0;
  }

  /** The overview after its horizontal pass, to be read once all blocks are computed. */
  Layer acrossLayer() {
    return new RowsLayer(across, 0, 0, acrossSize());
  }

  private Size acrossSize() {
    return new Size(/* width= */ side, /* height= */ canvas.size().height());
  }

  /**
   * Computes a block.
   *
   * @param block some rows of the cell
   * @param wanted whether its pixels are, or only what the overview needs of them
   */
  void cut(Cell cell, Area block, boolean wanted, Scratch scratch) {
    Area part = overviewPart(block);
    Area wider = neededBy(part, block);
    int[][] band = Arrays.copyOf(scratch.lines(BAND, wider.width()), BAND);
    Rows rows = canvas.open(wider, scratch);
    Rows overview = feedsOverview() ? overviewOf(band, wider).open(part, scratch) : (_, _) -> {};
    int[][] narrow = scratch.lines(BAND, part.width());
    for (int y = block.y(); y < block.y() + block.height(); y += BAND) {
      int count = Math.min(BAND, block.y() + block.height() - y);
      rows.next(count, band);
      if (wanted) {
        int left = block.x() - wider.x();
        TilePixels.write(band, left, count, side, y - cell.area().y(), cell.pixels());
      }
      overview.next(count, narrow);
      keep(narrow, part, y, count);
    }
    if (wanted) {
      cell.finishBlock();
    }
  }

  /** The rectangle of the source that a block is made of. */
  Area source(Area block) {
    return canvas.source(neededBy(overviewPart(block), block));
  }

  /** Writes rows of a layer as wide as a tile. */
  static void write(Layer layer, Area block, byte[] tile, Scratch scratch) {
    Rows rows = layer.open(block, scratch);
    int[][] band = scratch.lines(BAND, block.width());
    for (int down = 0; down < block.height(); down += BAND) {
      int count = Math.min(BAND, block.height() - down);
      rows.next(count, band);
      TilePixels.write(band, 0, count, block.width(), block.y() + down, tile);
    }
  }

  /**
   * The columns of the overview that a block makes, and the block's rows. Empty if it makes none.
   */
  private Area overviewPart(Area block) {
    if (!feedsOverview()) {
      return new Area(0, block.y(), 0, block.height());
    }
    int from = block.x() * side / canvas.size().width();
    int to = (block.x() + block.width()) * side / canvas.size().width();
    return new Area(from, block.y(), to - from, block.height());
  }

  /** A block, widened by the columns that its part of the overview is made of. */
  private Area neededBy(Area part, Area block) {
    if (!feedsOverview() || canvas.size().width() == side) {
      return block;
    }
    Weights table = weights.of(canvas.size().width(), side, filter);
    int left = Math.min(block.x(), table.first()[part.x()]);
    int right = Math.max(block.x() + block.width(), table.end(part.x() + part.width() - 1));
    return new Area(left, block.y(), right - left, block.height());
  }

  private Layer overviewOf(int[][] band, Area held) {
    Layer latest = new RowsLayer(band, held.x(), held.y(), canvas.size());
    return Layer.resized(latest, acrossSize(), filter, weights);
  }

  private void keep(int[][] narrow, Area part, int y, int count) {
    if (feedsOverview()) {
      for (int j = 0; j < count; j++) {
        System.arraycopy(narrow[j], 0, across[y + j], part.x(), part.width());
      }
    }
  }
}
