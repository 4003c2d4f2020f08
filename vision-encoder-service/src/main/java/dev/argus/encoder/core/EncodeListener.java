package dev.argus.encoder.core;

import java.nio.ByteBuffer;

/**
 * Hears what becomes of one stream's tiles. Called on the encoder's own thread, which every stream
 * waits for, and, for features that are at hand, on the thread that submits the tile: must return
 * quickly and throw nothing.
 *
 * <p>Features are float32, little-endian, {@code [visualTokens, hiddenSize]}, from position to
 * limit. They may be shared with other streams: nobody modifies them.
 */
public interface EncodeListener {

  /**
   * Some of the stream's tiles are about to be encoded.
   *
   * @param tiles how many of them
   * @param batch how many tiles the run takes in all
   * @return what hears of the run
   */
  RunListener encoding(int tiles, int batch);

  /** Hears of one stream's part in a run. Called on the encoder's own thread. */
  interface RunListener {

    /**
     * Another stream's tiles are in the run, too. Called once for each other stream, before the
     * run.
     *
     * @param other hears of that stream's part
     */
    void sharedWith(RunListener other);

    /** The run is over, well or not. */
    void over();
  }

  /**
   * A tile is encoded.
   *
   * @param index as it was submitted
   */
  void encoded(int index, ByteBuffer features);

  /**
   * A tile need not be encoded: another one with the same pixels was.
   *
   * @param index as it was submitted
   */
  void reused(int index, ByteBuffer features);

  /** The stream's tiles will not be encoded. Called once; nothing follows. */
  void failed(Throwable failure);
}
