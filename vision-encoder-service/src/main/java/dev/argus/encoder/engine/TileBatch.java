package dev.argus.encoder.engine;

import java.nio.ByteBuffer;
import java.util.List;

/** The tensors for a number of tiles, bound to a vision graph. Not thread-safe. */
interface TileBatch extends AutoCloseable {

  /**
   * Encodes as many tiles as there are places.
   *
   * @param tiles uint8 RGB, {@code [side, side, 3]} each
   * @return for each, float32, little-endian, {@code [tokens, hidden]}
   */
  List<ByteBuffer> encode(List<ByteBuffer> tiles);

  @Override
  void close();
}
