package dev.argus.encoder.core;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A vision tower with its connector: tiles in, compressed visual tokens out.
 *
 * <p>Thread-safe. A tile's features do not depend on the tiles beside it.
 */
public interface VisionTower extends AutoCloseable {

  /** Edge of a tile in pixels. */
  int side();

  /** Visual tokens of one tile. */
  int visualTokens();

  /** Width of one visual token. */
  int hiddenSize();

  /** The most tiles that one call takes. */
  int maxBatch();

  /**
   * Encodes tiles together.
   *
   * @param tiles uint8 RGB, {@code [side, side, 3]} each, from position to limit; 1 to {@link
   *     #maxBatch}; left unchanged
   * @return for each tile, float32, little-endian, {@code [visualTokens, hiddenSize]}, owned by the
   *     caller
   * @throws dev.argus.base.failure.ModelFault if running the graph fails
   */
  List<ByteBuffer> encode(List<ByteBuffer> tiles);

  /** Whether {@link #stage} gains anything. */
  default boolean stages() {
    return false;
  }

  /**
   * Brings a tile's pixels to where they will be encoded, in the caller's thread, while others are
   * encoded. It need not be encoded after that.
   *
   * @param tile as {@link #encode} will be given it: the same buffer
   * @throws dev.argus.base.failure.ModelFault if that fails
   */
  default void stage(ByteBuffer tile) {}

  @Override
  void close();
}
