package dev.argus.preprocess.core.tile;

import dev.argus.base.failure.Cancelled;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.Pixels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

  /** Of all cells, in the order in which they are computed. */
  private final List<Block> blocks;

  private final Cell overview;

  /** Counts the blocks that are not computed, of which the overview is made. */
  private final CountDownLatch blocksLeft;

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
    this.blocks = blocks();
    this.overview = new Cell(new Area(0, 0, plan.side(), plan.side()), blocksOfACell());
    this.blocksLeft = new CountDownLatch(blocks.size());
  }

  private List<Cell> cells(Size canvas) {
    int side = plan.side();
    List<Cell> made = new ArrayList<>();
    for (int i = 0; i < canvas.height() / side * cellColumns; i++) {
      Area area = new Area(i % cellColumns * side, i / cellColumns * side, side, side);
      made.add(new Cell(area, blocksOfACell()));
    }
    return made;
  }

  /** In bands from left to right; of a picture that is being decoded, as its rows appear. */
  private List<Block> blocks() {
    List<Block> made = new ArrayList<>();
    for (int band = 0; band < cells.size() / cellColumns * blocksOfACell(); band++) {
      int row = band / blocksOfACell();
      for (int column = 0; column < cellColumns; column++) {
        Cell cell = cells.get(row * cellColumns + column);
        boolean inGrid = row < plan.rows() && column < plan.columns();
        Area area = rows(cell.area(), band % blocksOfACell());
        made.add(
            new Block(
                cell,
                inGrid ? row * plan.columns() + column : Block.NO_TILE,
                area,
                rowsStored(cutter.source(area))));
      }
    }
    if (!picture.isWhole()) {
      made.sort(Comparator.comparingInt(Block::rowsStored));
    }
    return made;
  }

  private int rowsStored(Area area) {
    return picture.rowsHolding(area.x(), area.y(), area.width(), area.height());
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
    int rows = picture.rowsStored();
    int ready = 0;
    while (ready < blocks.size() && blocks.get(ready).rowsStored() <= rows) {
      ready++;
    }
    if (ready > 0) {
      begun().invite(ready);
    }
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

  /** The pieces of work: the blocks, then the overview's. */
  private int pieces() {
    return blocks.size() + (plan.overview() == Overview.NONE ? 0 : blocksOfACell());
  }

  /** How many of the pieces, in order, make a tile, and maybe others. */
  private int piecesUpTo(int tile) {
    if (!isInGrid(tile)) {
      return pieces();
    }
    int last = blocks.size() - 1;
    while (blocks.get(last).tile() != tile) {
      last--;
    }
    return last + 1;
  }

  private void compute(int piece) {
    if (piece >= blocks.size()) {
      computeOverview(piece - blocks.size());
      return;
    }
    try {
      compute(blocks.get(piece));
    } finally {
      blocksLeft.countDown();
    }
  }

  private void compute(Block block) {
    boolean wanted = block.tile() >= next.get();
    if (wanted || cutter.feedsOverview()) {
      memory.with(scratch -> cutter.cut(block.cell(), block.area(), wanted, scratch));
    }
  }

  private void computeOverview(int block) {
    if (cutter.feedsOverview()) {
      awaitBlocks();
    }
    Layer from = cutter.feedsOverview() ? cutter.acrossLayer() : source;
    Area rows = rows(overview.area(), block);
    Size size = new Size(plan.side(), plan.side());
    Layer whole = Layer.resized(from, size, plan.filter(), weights);
    memory.with(scratch -> BlockCutter.write(whole, rows, overview.pixels(), scratch));
    overview.finishBlock();
  }

  /** Waits for blocks in progress: as pieces are begun in order, all others are done. */
  private void awaitBlocks() {
    try {
      blocksLeft.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while a picture was being cut");
    }
  }

  private int blocksOfACell() {
    return Math.ceilDiv(plan.side(), BLOCK);
  }

  /** The rows of a square that a block of it has. */
  private Area rows(Area square, int block) {
    int from = block * plan.side() / blocksOfACell();
    int to = (block + 1) * plan.side() / blocksOfACell();
    return new Area(square.x(), square.y() + from, square.width(), to - from);
  }
}
