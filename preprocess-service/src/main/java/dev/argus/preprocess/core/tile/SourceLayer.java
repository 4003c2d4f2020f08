package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.Pixels;

/** The decoded picture itself. */
record SourceLayer(Pixels pixels) implements Layer {
  @Override
  public Size size() {
    return pixels.size();
  }

  @Override
  public Area source(Area area) {
    return area;
  }

  @Override
  public Rows open(Area area, Scratch scratch) {
    return new Rows() {
      private int y = area.y();

      @Override
      public void next(int count, int[][] into) {
        pixels.rows(area.x(), y, area.width(), count, into);
        y += count;
      }
    };
  }
}
