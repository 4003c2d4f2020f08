package dev.argus.decoder.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Visual tokens of two numbers each, for {@link FakeModel}. */
public final class VisualFeatures {
  /** Numbers in a row. */
  public static final int HIDDEN_SIZE = 2;

  static final int ROW_BYTES = HIDDEN_SIZE * Float.BYTES;

  private VisualFeatures() {}

  /** Rows whose content depends on the seed and the row. */
  public static ByteBuffer rows(int seed, int count) {
    ByteBuffer rows = ByteBuffer.allocate(count * ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < count; row++) {
      rows.putFloat(seed).putFloat(row);
    }
    return rows.flip();
  }

  static long digest(ByteBuffer rows, int row) {
    return -1 - rows.slice().order(ByteOrder.LITTLE_ENDIAN).getLong(row * ROW_BYTES);
  }
}
