package dev.argus.preprocess.core.tile;

import dev.argus.preprocess.core.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** From packed pixels to a tile's bytes. */
final class TilePixels {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long RGB = 0xffffff;

  private TilePixels() {}

  /**
   * Writes rows of a tile.
   *
   * @param rows packed pixels
   * @param left the first column to write; {@code side} are written
   * @param y the tile's row that the first one becomes
   * @param tile uint8 RGB, layout {@code [side, side, 3]}
   */
  static void write(int[][] rows, int left, int count, int side, int y, byte[] tile) {
    for (int j = 0; j < count; j++) {
      writeRow(rows[j], left, side, tile, (y + j) * side * RgbImage.CHANNELS);
    }
  }

  /** Three longs for eight pixels, while there are eight. */
  private static void writeRow(int[] row, int left, int side, byte[] tile, int start) {
    int at = start;
    int x = left;
    int right = left + side;
    for (; x + 8 <= right; x += 8) {
      long c = row[x + 2] & RGB;
      long f = row[x + 5] & RGB;
      long first = (row[x] & RGB) | (row[x + 1] & RGB) << 24 | c << 48;
      long second = c >>> 16 | (row[x + 3] & RGB) << 8 | (row[x + 4] & RGB) << 32 | f << 56;
      long third = f >>> 8 | (row[x + 6] & RGB) << 16 | (row[x + 7] & RGB) << 40;
      EIGHT_BYTES.set(tile, at, first);
      EIGHT_BYTES.set(tile, at + 8, second);
      EIGHT_BYTES.set(tile, at + 16, third);
      at += 24;
    }
    for (; x < right; x++) {
      tile[at++] = (byte) row[x];
      tile[at++] = (byte) (row[x] >> 8);
      tile[at++] = (byte) (row[x] >> 16);
    }
  }
}
