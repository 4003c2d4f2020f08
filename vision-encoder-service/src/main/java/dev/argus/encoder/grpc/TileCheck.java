package dev.argus.encoder.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.stage.v1.Tile;
import java.nio.ByteBuffer;

/** Whether a tile is what the model takes. */
final class TileCheck {
  private static final int CHANNELS = 3;

  private TileCheck() {}

  /**
   * The tile's pixels.
   *
   * @param side edge of the model's tiles in pixels
   * @throws InvalidInput naming the field that is wrong
   */
  static ByteBuffer pixels(Tile tile, int side) {
    if (tile.getIndex() < 0) { // uint32 beyond Integer.MAX_VALUE.
      throw new InvalidInput("tile.index", "is too large");
    }
    if (tile.getSide() != side) {
      throw new InvalidInput(
          "tile.side",
          "is %s, but the model's tiles are %d pixels"
              .formatted(Integer.toUnsignedString(tile.getSide()), side));
    }
    int bytes = CHANNELS * side * side;
    if (tile.getPixels().size() != bytes) {
      throw new InvalidInput(
          "tile.pixels", "is %d bytes long, not %d".formatted(tile.getPixels().size(), bytes));
    }
    return tile.getPixels().asReadOnlyByteBuffer();
  }
}
