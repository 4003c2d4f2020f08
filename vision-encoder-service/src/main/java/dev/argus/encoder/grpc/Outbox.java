package dev.argus.encoder.grpc;

import dev.argus.base.digest.Digest;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * What has happened to one stream and its writer has not seen yet.
 *
 * <p>Bounded by a window of tiles that are received and not yet answered: {@link #awaitRoom} holds
 * the reader back. Thread-safe: the reader, the encoder and gRPC put events in, one writer takes
 * them out.
 */
final class Outbox {
  private final Semaphore window;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Map<Integer, Digest> digests = new ConcurrentHashMap<>();

  /**
   * @param windowTiles 1 or more
   */
  Outbox(int windowTiles) {
    this.window = new Semaphore(windowTiles);
  }

  /** Something that the writer has to act on. */
  sealed interface Event {}

  /**
   * A tile's features are there.
   *
   * @param features float32, little-endian; not to be modified
   * @param digest of the tile
   * @param reused whether they were made for another tile
   */
  record Encoded(int index, ByteBuffer features, Digest digest, boolean reused) implements Event {}

  /** All of the stream's tiles have been received; there were this many. */
  record AllReceived(int tiles) implements Event {}

  /** The stream has failed. */
  record Failed(Throwable cause) implements Event {}

  /** The call may have ended. */
  record Woken() implements Event {}

  /**
   * Waits until the window has room for another tile.
   *
   * @throws Cancelled if the thread is interrupted
   */
  void awaitRoom() {
    try {
      window.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("Interrupted while the reader was slow");
    }
  }

  /**
   * A tile is about to be encoded.
   *
   * @throws InvalidInput if another one with this index is
   */
  void announce(int index, Digest digest) {
    if (digests.putIfAbsent(index, digest) != null) {
      throw new InvalidInput("tile.index", "is " + index + " twice");
    }
  }

  void encoded(int index, ByteBuffer features, boolean reused) {
    Digest digest = Objects.requireNonNull(digests.remove(index), "announced before");
    events.add(new Encoded(index, features, digest, reused));
  }

  /** An answer is sent: the window has room for another tile. */
  void sent() {
    window.release();
  }

  void allReceived(int tiles) {
    events.add(new AllReceived(tiles));
  }

  void failed(Throwable cause) {
    events.add(new Failed(cause));
  }

  void wake() {
    events.add(new Woken());
  }

  /**
   * Waits for the next event.
   *
   * @throws Cancelled if the thread is interrupted
   */
  Event next() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("Interrupted while waiting for the encoder");
    }
  }
}
