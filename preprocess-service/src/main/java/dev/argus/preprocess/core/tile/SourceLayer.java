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
  public int depth() {
    return 0;
  }

  @Override
  public void rows(Area area, int[][] into, Scratch scratch) {
    pixels.rows(area.x(), area.y(), area.width(), area.height(), into);
  }

  @Override
  public void columns(Area area, int[][] into, int first, Scratch scratch) {
    pixels.columns(area.x(), area.y(), area.width(), area.height(), into, first);
  }
}
