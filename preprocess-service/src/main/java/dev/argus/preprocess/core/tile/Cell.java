package dev.argus.preprocess.core.tile;

import dev.argus.preprocess.core.image.RgbImage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tile's place on the canvas. The tile is made of blocks, by several threads. Thread-safe. */
final class Cell {
  private final Area area;
  private int blocksLeft;
  private byte @Nullable [] pixels;
  private @Nullable Tile tile;

  /**
   * @param area of the canvas, a square
   * @param blocks that it is made of
   */
  Cell(Area area, int blocks) {
    this.area = area;
    this.blocksLeft = blocks;
  }

  Area area() {
    return area;
  }

  /** The pixels, to be written: uint8 RGB, layout {@code [side, side, 3]}. */
  synchronized byte[] pixels() {
    if (pixels == null) {
      pixels = new byte[area.width() * area.height() * RgbImage.CHANNELS];
    }
    return pixels;
  }

  /** Counts a block whose pixels are written. With the last one it becomes a tile. */
  void finishBlock() {
    if (isLastBlock()) {
      keep(new Tile(area.width(), pixels()));
    }
  }

  private synchronized boolean isLastBlock() {
    blocksLeft--;
    return blocksLeft == 0;
  }

  private synchronized void keep(Tile made) {
    tile = made;
  }

  /** Hands the tile over. To be called once, when all blocks are finished. */
  synchronized Tile takeTile() {
    Tile taken = Objects.requireNonNull(tile);
    tile = null;
    pixels = null;
    return taken;
  }
}
