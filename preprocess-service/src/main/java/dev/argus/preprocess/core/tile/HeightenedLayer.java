package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/**
 * A picture of another height: Pillow's vertical pass.
 *
 * <p>Passes over the rows from top to bottom with a window of those that are needed.
 */
record HeightenedLayer(Layer below, Weights weights) implements Layer {
  /**
   * Most rows that are fetched at once: the layer below is faster the more there are, and they
   * should still be in the cache when they are used.
   */
  private static final int AHEAD = 256;

  @Override
  public Size size() {
    return new Size(below.size().width(), weights.outputs());
  }

  @Override
  public Area source(Area area) {
    return below.source(below(area));
  }

  @Override
  public Rows open(Area area, Scratch scratch) {
    Area part = below(area);
    return new Sweep(area, below.open(part, scratch), part.y(), part.height(), scratch);
  }

  private Area below(Area area) {
    int top = weights.first()[area.y()];
    int height = weights.end(area.y() + area.height() - 1) - top;
    return new Area(area.x(), top, area.width(), height);
  }

  /** One pass over the rows of some columns. */
  private final class Sweep implements Rows {
    private final int width;
    private final Rows source;
    private final Lanes lanes;
    private final int[][] window;
    private final int[][] fetched;
    private final int[] line;

    /** The rows of {@code below} that the window holds: from one to before the other. */
    private int top;

    private int bottom;

    /** The rows of {@code below} that were fetched last: from one to before the other. */
    private int fetchedTop;

    private int fetchedEnd;

    /** The row of {@code below} after the last one that is needed. */
    private final int end;

    private final int ahead;
    private int y;

    Sweep(Area area, Rows source, int top, int height, Scratch scratch) {
      this.width = area.width();
      this.source = source;
      this.lanes = scratch.lanes();
      this.window = scratch.lines(weights.taps(), Lanes.length(width));
      this.ahead = Math.ceilDiv(height, Math.ceilDiv(height, AHEAD));
      this.fetched = scratch.lines(ahead, width);
      this.line = scratch.lines(1, Lanes.length(width))[0];
      this.top = top;
      this.bottom = top;
      this.fetchedTop = top;
      this.fetchedEnd = top;
      this.end = top + height;
      this.y = area.y();
    }

    @Override
    public void next(int count, int[][] into) {
      for (int j = 0; j < count; j++) {
        moveTo(weights.first()[y], weights.end(y));
        lanes.combine(window, 0, weights, y, width, line);
        lanes.join(line, width, into[j]);
        y++;
      }
    }

    /** Has the window begin at a row of {@code below} and hold all before another. */
    private void moveTo(int from, int to) {
      int gone = Math.min(from, bottom) - top;
      for (int i = gone; i < bottom - top; i++) {
        int[] moved = window[i - gone];
        window[i - gone] = window[i];
        window[i] = moved;
      }
      top = from;
      while (bottom < to) {
        int[] row = fetch();
        if (bottom >= from) {
          int[] apart = window[bottom - from];
          System.arraycopy(row, 0, apart, 0, width);
          lanes.part(apart, width);
        }
        bottom++;
      }
    }

    /** The row of {@code below} at the window's end. */
    private int[] fetch() {
      if (bottom == fetchedEnd) {
        int rows = Math.min(ahead, end - bottom);
        source.next(rows, fetched);
        fetchedTop = bottom;
        fetchedEnd = bottom + rows;
      }
      return fetched[bottom - fetchedTop];
    }
  }
}
