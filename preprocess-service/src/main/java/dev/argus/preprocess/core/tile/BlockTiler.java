package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Cuts in one pass from the source to the tiles, in blocks that several threads compute side by
 * side, ahead of who asks for the tiles.
 *
 * <p>Design note. The last canvas consists of cells, which are the tiles of the grid. A block is
 * some rows of a cell. It is computed out of the source's pixels through all resizes ({@link
 * Layer}) and written straight into the tile, and the overview's horizontal pass is made of it
 * ({@link BlockCutter}). So no canvas ever exists as a whole; of the overview, what lies between
 * its two passes does. Blocks need nothing of each other, so that no thread waits for another
 * before the overview. Who completes a tile's last block digests the tile. The result does not
 * depend on blocks or threads: every pixel is computed by itself, in integers.
 */
final class BlockTiler implements Tiler {
  /** Most rows of a block. */
  private static final int BLOCK = 256;

  private final TilePlan plan;
  private final Layer source;
  private final WeightTables weights;
  private final ScratchPool memory;
  private final Workers workers;
  private final Scratch own;
  private final BlockCutter cutter;

  /** Row by row. */
  private final List<Cell> cells;

  private final int cellColumns;

  private Workers.@Nullable Batch grid;

  /** The tile that is asked for next; blocks of earlier ones are not needed any more. */
  private final AtomicInteger next = new AtomicInteger();

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
    this.weights = weights;
    this.memory = memory;
    this.workers = workers;
    this.own = memory.take();
    Layer canvas = source;
    for (Size size : plan.canvases()) {
      canvas = Layer.resized(canvas, size, plan.filter(), weights);
    }
    int[][] across =
        plan.overview() == Overview.FROM_CANVAS
            ? own.lines(canvas.size().height(), plan.side())
            : new int[0][];
    this.cutter = new BlockCutter(canvas, plan.side(), across, plan.filter(), weights);
    this.cellColumns = canvas.size().width() / plan.side();
    this.cells = cells(canvas.size());
  }

  private List<Cell> cells(Size canvas) {
    int side = plan.side();
    List<Cell> made = new ArrayList<>();
    for (int i = 0; i < canvas.height() / side * cellColumns; i++) {
      Area area = new Area(i % cellColumns * side, i / cellColumns * side, side, side);
      made.add(new Cell(area, blocks()));
    }
    return made;
  }

  @Override
  public boolean hasNext() {
    return next.get() < plan.tiles();
  }

  @Override
  public Tile next() {
    int index = requireNext();
    Tile tile = isInGrid(index) ? gridTile(index) : overview();
    next.incrementAndGet();
    return tile;
  }

  @Override
  public boolean isReady() {
    int index = next.get();
    return isInGrid(index) && cells.get(cellOf(index)).isTile();
  }

  @Override
  public void skip() {
    requireNext();
    next.incrementAndGet();
  }

  private int requireNext() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return next.get();
  }

  private boolean isInGrid(int tile) {
    return tile < plan.rows() * plan.columns();
  }

  /** Gives the working memory back, once nobody computes blocks any more. */
  @Override
  public void close() {
    if (grid != null) {
      grid.close();
    }
    memory.giveBack(own);
  }

  private Tile gridTile(int index) {
    int cell = cellOf(index);
    if (!isReady()) {
      cutThrough(cell);
    }
    return cells.get(cell).takeTile();
  }

  private int cellOf(int tile) {
    return tile / plan.columns() * cellColumns + tile % plan.columns();
  }

  /** Returns when all cells up to this one are computed, as far as they are needed. */
  private void cutThrough(int cell) {
    if (grid == null) {
      grid =
          workers.begin(cells.size() * blocks(), piece -> cut(piece / blocks(), piece % blocks()));
    }
    grid.await((cell + 1) * blocks());
  }

  private void cut(int index, int block) {
    int row = index / cellColumns;
    int column = index % cellColumns;
    boolean wanted =
        row < plan.rows() && column < plan.columns() && row * plan.columns() + column >= next.get();
    if (wanted || cutter.feedsOverview()) {
      Cell cell = cells.get(index);
      Area rows = rows(cell.area(), block);
      memory.with(scratch -> cutter.cut(cell, rows, wanted, scratch));
    }
  }

  private Tile overview() {
    int side = plan.side();
    byte[] tile = new byte[side * side * RgbImage.CHANNELS];
    Layer from = overviewSource();
    Layer overview = Layer.resized(from, new Size(side, side), plan.filter(), weights);
    Area whole = new Area(0, 0, side, side);
    workers.together(
        blocks(),
        block ->
            memory.with(scratch -> BlockCutter.write(overview, rows(whole, block), tile, scratch)));
    return Tile.of(side, tile);
  }

  private Layer overviewSource() {
    if (!cutter.feedsOverview()) {
      return source;
    }
    cutThrough(cells.size() - 1);
    return cutter.acrossLayer();
  }

  /** Blocks of a tile. */
  private int blocks() {
    return Math.ceilDiv(plan.side(), BLOCK);
  }

  /** The rows of a square that a block of it has. */
  private Area rows(Area square, int block) {
    int from = block * plan.side() / blocks();
    int to = (block + 1) * plan.side() / blocks();
    return new Area(square.x(), square.y() + from, square.width(), to - from);
  }
}
