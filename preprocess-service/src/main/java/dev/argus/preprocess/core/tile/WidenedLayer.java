package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/**
 * A picture of another width: Pillow's horizontal pass.
 *
 * <p>Works on some rows at a time, turned so that a column of them is one line, and passes over the
 * columns from left to right with a window of those that are needed.
 */
record WidenedLayer(Layer below, Weights weights) implements Layer {
  /** Most rows that are worked on together: long enough for vectors, few enough for the cache. */
  private static final int ROWS = 256;

  /** Columns that are fetched at once, where the window allows. */
  private static final int AHEAD = 32;

  @Override
  public Size size() {
    return new Size(weights.outputs(), below.size().height());
  }

  @Override
  public Area source(Area area) {
    return below.source(below(area));
  }

  @Override
  public Rows open(Area area, Scratch scratch) {
    Area part = below(area);
    return new Sweeps(area, below.open(part, scratch), part.x(), part.width(), scratch);
  }

  private Area below(Area area) {
    int left = weights.first()[area.x()];
    int width = weights.end(area.x() + area.width() - 1) - left;
    return new Area(left, area.y(), width, area.height());
  }

  /** Passes over some columns, for one group of rows after the other. */
  private final class Sweeps implements Rows {
    private final Area area;
    private final Rows source;
    private final int left;
    private final int end;
    private final Lanes lanes;
    private final int[][] rows;
    private final int[][] window;
    private final int[][] results;
    private final int[] line;

    /** The columns of {@code below} that the window holds: from one to before the other. */
    private int windowStart;

    private int windowEnd;

    Sweeps(Area area, Rows source, int left, int width, Scratch scratch) {
      this.area = area;
      this.source = source;
      this.left = left;
      this.end = left + width;
      int most = Math.min(ROWS, area.height());
      lanes = scratch.lanes();
      rows = scratch.lines(most, width);
      window = scratch.lines(widest() + AHEAD, Lanes.length(most));
      results = scratch.lines(Turn.TOGETHER, most);
      line = scratch.lines(1, Lanes.length(most))[0];
    }

    @Override
    public void next(int count, int[][] into) {
      for (int done = 0; done < count; done += ROWS) {
        sweep(Math.min(ROWS, count - done), into, done);
      }
    }

    /** Writes from row {@code down} of {@code into} on. */
    private void sweep(int height, int[][] into, int down) {
      source.next(height, rows);
      windowStart = left;
      windowEnd = left;
      for (int i = 0; i < area.width(); i += Turn.TOGETHER) {
        int columns = Math.min(Turn.TOGETHER, area.width() - i);
        int x = area.x() + i;
        fetch(weights.first()[x], weights.end(x + columns - 1), height);
        for (int k = 0; k < columns; k++) {
          int first = weights.first()[x + k] - windowStart;
          lanes.combine(window, first, weights, x + k, height, line);
          lanes.join(line, height, results[k]);
        }
        Turn.toRows(results, columns, height, into, down, i);
      }
    }

    /** Has the window hold the columns of {@code below} from one to before another. */
    private void fetch(int from, int to, int height) {
      if (to <= windowEnd) {
        return;
      }
      int kept = windowEnd - from;
      for (int i = 0; i < kept; i++) {
        int[] moved = window[i];
        window[i] = window[from - windowStart + i];
        window[from - windowStart + i] = moved;
      }
      int start = Math.max(windowEnd, from);
      windowStart = from;
      windowEnd = Math.min(Math.max(to, Math.min(start + AHEAD, from + window.length)), end);
      int first = start - from;
      int last = windowEnd - from;
      Turn.toColumns(rows, start - left, last - first, height, window, first);
      for (int i = first; i < last; i++) {
        lanes.part(window[i], height);
      }
    }

    /** Most columns that neighbouring outputs need. */
    private int widest() {
      int widest = 0;
      int right = area.x() + area.width();
      for (int x = area.x(); x < right; x += Turn.TOGETHER) {
        int last = Math.min(x + Turn.TOGETHER, right) - 1;
        widest = Math.max(widest, weights.end(last) - weights.first()[x]);
      }
      return widest;
    }
  }
}
