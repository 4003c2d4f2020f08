package dev.argus.preprocess.core.tile;

import dev.argus.preprocess.core.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** From packed pixels to a tile's bytes. */
final class TilePixels {
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int RGB = 0xffffff;

  private TilePixels() {}

  /**
   * Writes rows of a tile.
   *
   * @param rows packed pixels, {@code side} of them in each row
   * @param y the tile's row that the first one becomes
   * @param tile uint8 RGB, layout {@code [side, side, 3]}
   */
  static void write(int[][] rows, int count, int side, int y, byte[] tile) {
    for (int j = 0; j < count; j++) {
      writeRow(rows[j], side, tile, (y + j) * side * RgbImage.CHANNELS);
    }
  }

  /** Three ints for four pixels, while there are four. */
  private static void writeRow(int[] row, int side, byte[] tile, int start) {
    int at = start;
    int x = 0;
    for (; x + 4 <= side; x += 4) {
      int a = row[x] & RGB;
      int b = row[x + 1] & RGB;
      int c = row[x + 2] & RGB;
      int d = row[x + 3];
      FOUR_BYTES.set(tile, at, a | b << 24);
      FOUR_BYTES.set(tile, at + 4, b >>> 8 | c << 16);
      FOUR_BYTES.set(tile, at + 8, c >>> 16 | d << 8);
      at += 12;
    }
    for (; x < side; x++) {
      tile[at++] = (byte) row[x];
      tile[at++] = (byte) (row[x] >> 8);
      tile[at++] = (byte) (row[x] >> 16);
    }
  }
}
