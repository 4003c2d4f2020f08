package dev.argus.preprocess.core.tile;

import dev.argus.base.failure.Cancelled;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.Pixels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
 * before the overview. The result does not depend on blocks or threads: every pixel is computed by
 * itself, in integers.
 */
final class BlockTiler implements Tiler {
  /** Most rows of a block. */
  private static final int BLOCK = 256;

  private final TilePlan plan;
  private final Pixels picture;
  private final Layer source;
  private final WeightTables weights;
  private final ScratchPool memory;
  private final Workers workers;
  private final Scratch own;
  private final BlockCutter cutter;

  /** Row by row. */
  private final List<Cell> cells;

  private final int cellColumns;
  private final Cell overview;

  /** Counts the cells' blocks that are not computed, of which the overview is made. */
  private final CountDownLatch cellBlocks;

  private Workers.@Nullable Batch work;

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
    this.picture = picture;
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
    this.overview = new Cell(new Area(0, 0, plan.side(), plan.side()), blocks());
    this.cellBlocks = new CountDownLatch(cells.size() * blocks());
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
    begun().await(piecesUpTo(index));
    Tile tile = isInGrid(index) ? cells.get(cellOf(index)).takeTile() : overview.takeTile();
    next.incrementAndGet();
    return tile;
  }

  @Override
  public void cutAhead() {
    int rows = picture.rowsThere();
    int bands = cells.size() / cellColumns * blocks();
    int ready = 0;
    while (ready < bands && sourceRows(ready) <= rows) {
      ready++;
    }
    if (ready > 0) {
      begun().invite(ready * cellColumns);
    }
  }

  /** How many of the source's rows, from the top, the blocks are made of that lie in a band. */
  private int sourceRows(int band) {
    Area block = rows(cells.get(band / blocks() * cellColumns).area(), band % blocks());
    int rows = block.y() + block.height();
    int height = cutter.canvas().size().height();
    for (Size below : layersBelow().reversed()) {
      if (below.height() != height) {
        rows = weights.of(below.height(), height, plan.filter()).end(rows - 1);
        height = below.height();
      }
    }
    return rows;
  }

  /** Sizes of what the last canvas is made of, the source first. */
  private List<Size> layersBelow() {
    List<Size> layers = new ArrayList<>(plan.canvases());
    layers.addFirst(plan.source());
    layers.removeLast();
    return layers;
  }

  @Override
  public Optional<Duration> awaitReady() {
    return begun().awaitOthers(piecesUpTo(requireNext()));
  }

  private Workers.Batch begun() {
    if (work == null) {
      work = workers.begin(pieces(), this::compute);
    }
    return work;
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
    if (work != null) {
      work.close();
    }
    memory.giveBack(own);
  }

  private int cellOf(int tile) {
    return tile / plan.columns() * cellColumns + tile % plan.columns();
  }

  /**
   * The pieces of work: the cells' blocks, in bands from left to right, as a decoder's rows appear;
   * then the overview's.
   */
  private int pieces() {
    return cells.size() * blocks() + (plan.overview() == Overview.NONE ? 0 : blocks());
  }

  /** How many of the pieces, in order, make a tile and all before it. */
  private int piecesUpTo(int tile) {
    if (!isInGrid(tile)) {
      return pieces();
    }
    int lastBand = (tile / plan.columns() + 1) * blocks() - 1;
    return lastBand * cellColumns + tile % plan.columns() + 1;
  }

  private void compute(int piece) {
    int band = piece / cellColumns;
    int row = band / blocks();
    int overviewBlock = piece - cells.size() * blocks();
    if (overviewBlock >= 0) {
      computeOverview(overviewBlock);
      return;
    }
    try {
      computeCell(row, piece % cellColumns, band % blocks());
    } finally {
      cellBlocks.countDown();
    }
  }

  private void computeCell(int row, int column, int block) {
    boolean wanted =
        row < plan.rows() && column < plan.columns() && row * plan.columns() + column >= next.get();
    if (wanted || cutter.feedsOverview()) {
      Cell cell = cells.get(row * cellColumns + column);
      Area rows = rows(cell.area(), block);
      memory.with(scratch -> cutter.cut(cell, rows, wanted, scratch));
    }
  }

  private void computeOverview(int block) {
    if (cutter.feedsOverview()) {
      awaitCells();
    }
    Layer from = cutter.feedsOverview() ? cutter.acrossLayer() : source;
    Area rows = rows(overview.area(), block);
    Size size = new Size(plan.side(), plan.side());
    Layer whole = Layer.resized(from, size, plan.filter(), weights);
    memory.with(scratch -> BlockCutter.write(whole, rows, overview.pixels(), scratch));
    overview.finishBlock();
  }

  /** Waits for cells in progress: as pieces are begun in order, all others are done. */
  private void awaitCells() {
    try {
      cellBlocks.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while a picture was being cut");
    }
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
