package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/**
 * A picture of another width: Pillow's horizontal pass.
 *
 * <p>Works on some hundred rows at a time, turned so that a column of them is one array, and passes
 * over the columns from left to right with a window of those that are needed.
 */
record WidenedLayer(Layer below, Weights weights) implements Layer {
  /** Rows that are worked on together: long enough for vectors, few enough for the cache. */
  private static final int ROWS = 256;

  /** Columns that are fetched at once, where the window allows. */
  private static final int AHEAD = 64;

  @Override
  public Size size() {
    return new Size(weights.outputs(), below.size().height());
  }

  @Override
  public int depth() {
    return below.depth() + 1;
  }

  @Override
  public void rows(Area area, int[][] into, Scratch scratch) {
    for (int done = 0; done < area.height(); done += ROWS) {
      int rows = Math.min(ROWS, area.height() - done);
      new Sweep(new Area(area.x(), area.y() + done, area.width(), rows), scratch).run(into, done);
    }
  }

  /** One pass over the columns of some rows. */
  private final class Sweep {
    private final Area area;
    private final Scratch scratch;
    private final int[][] window;
    private final int[][] results;
    private int left;
    private int right;

    Sweep(Area area, Scratch scratch) {
      this.area = area;
      this.scratch = scratch;
      Scratch.Level level = scratch.level(depth());
      window = level.columns(widest() + AHEAD, ROWS);
      results = level.results(TOGETHER, ROWS);
      left = weights.first()[area.x()];
      right = left;
    }

    /** Writes from row {@code down} of {@code into} on. */
    void run(int[][] into, int down) {
      for (int i = 0; i < area.width(); i += TOGETHER) {
        int columns = Math.min(TOGETHER, area.width() - i);
        int x = area.x() + i;
        fetch(weights.first()[x], weights.end(x + columns - 1));
        for (int k = 0; k < columns; k++) {
          int first = weights.first()[x + k] - left;
          scratch.lanes().combine(window, first, weights, x + k, area.height(), results[k]);
        }
        turn(i, columns, into, down);
      }
    }

    /** Has the window hold the columns of {@code below} from one to before another. */
    private void fetch(int from, int to) {
      if (to <= right) {
        return;
      }
      int kept = right - from;
      for (int i = 0; i < kept; i++) {
        int[] moved = window[i];
        window[i] = window[from - left + i];
        window[from - left + i] = moved;
      }
      int start = Math.max(right, from);
      left = from;
      int lastNeeded = weights.end(area.x() + area.width() - 1);
      right = Math.min(Math.max(to, Math.min(start + AHEAD, left + window.length)), lastNeeded);
      below.columns(
          new Area(start, area.y(), right - start, area.height()), window, start - left, scratch);
    }

    private void turn(int at, int columns, int[][] into, int down) {
      for (int j = 0; j < area.height(); j++) {
        int[] row = into[down + j];
        for (int k = 0; k < columns; k++) {
          row[at + k] = results[k][j];
        }
      }
    }

    /** Most columns that neighbouring outputs need. */
    private int widest() {
      int widest = 0;
      int end = area.x() + area.width();
      for (int x = area.x(); x < end; x += TOGETHER) {
        int last = Math.min(x + TOGETHER, end) - 1;
        widest = Math.max(widest, weights.end(last) - weights.first()[x]);
      }
      return widest;
    }
  }
}
