package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;

/** A picture of another height: Pillow's vertical pass. */
@SuppressWarnings("ArrayRecordComponent") // Holds no array itself.
record HeightenedLayer(Layer below, Weights weights) implements Layer {
  @Override
  public Size size() {
    return new Size(below.size().width(), weights.outputs());
  }

  @Override
  public int depth() {
    return below.depth() + 1;
  }

  @Override
  public void rows(Area area, int[][] into, Scratch scratch) {
    int top = weights.first()[area.y()];
    int height = weights.end(area.y() + area.height() - 1) - top;
    int[][] lines = scratch.level(depth()).rows(height, area.width());
    below.rows(new Area(area.x(), top, area.width(), height), lines, scratch);
    for (int j = 0; j < area.height(); j++) {
      int y = area.y() + j;
      scratch.lanes().combine(lines, weights.first()[y] - top, weights, y, area.width(), into[j]);
    }
  }
}
