package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.RgbImage;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts in one pass from the source to the tiles, a row of tiles at a time, in blocks that several
 * threads compute side by side.
 *
 * <p>Design note. A block is {@link #BLOCK} rows of the last canvas. It is computed strip by strip,
 * a tile's width each, out of the source's pixels through all resizes ({@link Layer}), and written
 * straight into the tiles; while it is still in the cache, the overview's horizontal pass is made
 * of it. So no canvas ever exists as a whole; of the overview, what lies between its two passes
 * does. Rows that two neighbouring blocks need of the layers below are computed twice, which is a
 * few in a hundred. The result does not depend on blocks, strips or threads: every pixel is
 * computed by itself, in integers.
 */
final class BlockTiler implements Tiler {
  /** Rows of a canvas that are computed together. */
  static final int BLOCK = 128;

  private final TilePlan plan;
  private final Layer source;
  private final Layer canvas;
  private final WeightTables weights;
  private final ScratchPool memory;
  private final Workers workers;
  private final Scratch own;
  private final @Nullable Tile[] ready;
  private int next;

  /** Tile rows of the canvas that are computed. */
  private int done;

  /**
   * @param plan made for a picture of this size
   * @throws IllegalArgumentException when it was made for another
   */
  BlockTiler(
      TilePlan plan, Pixels picture, WeightTables weights, ScratchPool memory, Workers workers) {
    if (!plan.source().equals(picture.size())) {
      throw new IllegalArgumentException(
          "a plan for %s cannot cut a picture of %s".formatted(plan.source(), picture.size()));
    }
    this.plan = plan;
    this.source = new SourceLayer(picture);
    Layer last = source;
    for (Size size : plan.canvases()) {
      last = Layer.resized(last, size, plan.filter(), weights);
    }
    this.canvas = last;
    this.weights = weights;
    this.memory = memory;
    this.workers = workers;
    this.own = memory.take();
    this.ready = new Tile[plan.tiles()];
  }

  @Override
  public boolean hasNext() {
    return next < plan.tiles();
  }

  @Override
  public Tile next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int index = next;
    if (ready[index] == null) {
      if (index < grid()) {
        cutThrough(index / plan.columns());
      } else {
        ready[index] = overview();
      }
    }
    Tile tile = Objects.requireNonNull(ready[index]);
    ready[index] = null;
    next++;
    return tile;
  }

  @Override
  public void skip() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready[next++] = null;
  }

  /** Gives the working memory back. */
  @Override
  public void close() {
    memory.giveBack(own);
  }

  private int grid() {
    return plan.rows() * plan.columns();
  }

  /** Computes the tile rows up to this one, as far as they are not computed yet. */
  private void cutThrough(int row) {
    while (done <= row) {
      cut(done++);
    }
  }

  private void cut(int row) {
    int first = row * plan.columns();
    if (!plan.overview().equals(Overview.FROM_CANVAS) && next >= first + plan.columns()) {
      return;
    }
    byte[][] tiles = new byte[plan.columns()][];
    for (int column = 0; column < tiles.length; column++) {
      boolean wanted = first + column >= next;
      tiles[column] =
          wanted ? new byte[plan.side() * plan.side() * RgbImage.CHANNELS] : new byte[0];
    }
    int[][] across = overviewRows();
    workers.together(
        blocks(), block -> memory.with(scratch -> cut(row, block, tiles, across, scratch)));
    workers.together(
        tiles.length,
        column -> {
          if (tiles[column].length > 0) {
            ready[first + column] = Tile.of(plan.side(), tiles[column]);
          }
        });
  }

  private void cut(int row, int block, byte[][] tiles, int[][] across, Scratch scratch) {
    int side = plan.side();
    int y = block * BLOCK;
    int height = Math.min(BLOCK, side - y);
    int strips = canvas.size().width() / side;
    // The layers use the levels up to the canvas's depth.
    int[][] lines = scratch.level(canvas.depth() + 1).rows(strips * BLOCK, side);
    int[][][] all = new int[strips][][];
    for (int strip = 0; strip < strips; strip++) {
      all[strip] = Arrays.copyOfRange(lines, strip * BLOCK, (strip + 1) * BLOCK);
      Area area = new Area(strip * side, row * side + y, side, height);
      canvas.rows(area, all[strip], scratch);
      if (strip < tiles.length && tiles[strip].length > 0) {
        TilePixels.write(all[strip], height, side, y, tiles[strip]);
      }
    }
    if (across.length > 0) {
      int top = row * side + y;
      Layer here = new RowsLayer(all, top, side, canvas.size());
      Layer widened = Layer.resized(here, acrossSize(), plan.filter(), weights);
      widened.rows(
          new Area(0, top, side, height), Arrays.copyOfRange(across, top, top + height), scratch);
    }
  }

  /** The overview after its horizontal pass: rows of the canvas's height; none where not needed. */
  private int[][] overviewRows() {
    return plan.overview() == Overview.FROM_CANVAS
        ? own.level(0).rows(canvas.size().height(), plan.side())
        : new int[0][];
  }

  private Size acrossSize() {
    return new Size(/* width= */ plan.side(), /* height= */ canvas.size().height());
  }

  private Tile overview() {
    int side = plan.side();
    byte[] tile = new byte[side * side * RgbImage.CHANNELS];
    Layer from = overviewSource();
    Layer overview = Layer.resized(from, new Size(side, side), plan.filter(), weights);
    workers.together(
        blocks(), block -> memory.with(scratch -> cutOverview(overview, block, tile, scratch)));
    return Tile.of(side, tile);
  }

  private Layer overviewSource() {
    if (plan.overview() == Overview.FROM_SOURCE) {
      return source;
    }
    cutThrough(canvas.size().height() / plan.side() - 1);
    return new RowsLayer(new int[][][] {overviewRows()}, 0, plan.side(), acrossSize());
  }

  private void cutOverview(Layer overview, int block, byte[] tile, Scratch scratch) {
    int side = plan.side();
    int y = block * BLOCK;
    int height = Math.min(BLOCK, side - y);
    int[][] rows = scratch.level(overview.depth() + 1).rows(height, side);
    overview.rows(new Area(0, y, side, height), rows, scratch);
    TilePixels.write(rows, height, side, y, tile);
  }

  /** Blocks of one tile row. */
  private int blocks() {
    return Math.ceilDiv(plan.side(), BLOCK);
  }
}
