package dev.argus.encoder.core;

import dev.argus.base.digest.Digest;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import java.nio.ByteBuffer;

/** One stream's way to the encoder. Thread-safe. Whoever opened it closes it. */
public final class TileLane implements AutoCloseable {
  private final EncoderQueue queue;
  private final Tenant tenant;
  private final Timeline timeline;
  private final EncodeListener listener;

  TileLane(EncoderQueue queue, Tenant tenant, Timeline timeline, EncodeListener listener) {
    this.queue = queue;
    this.tenant = tenant;
    this.timeline = timeline;
    this.listener = listener;
  }

  /**
   * Queues a tile, unless its features are at hand. They go to the lane's listener, in no
   * particular order among tiles. Once the lane is closed or its listener has heard of a failure,
   * tiles are dropped.
   *
   * @param index what the listener shall know it by
   * @param digest of the pixels
   * @param pixels uint8 RGB, {@code [side, side, 3]}, from position to limit; not to be changed
   *     until it is encoded
   * @throws dev.argus.base.failure.Overloaded if the queue is full or shutting down
   */
  public void submit(int index, Digest digest, ByteBuffer pixels) {
    queue.submit(this, index, digest, pixels);
  }

  /** Drops tiles that still wait. The listener hears nothing from then on. */
  @Override
  public void close() {
    queue.leave(this);
  }

  Tenant tenant() {
    return tenant;
  }

  Timeline timeline() {
    return timeline;
  }

  EncodeListener listener() {
    return listener;
  }
}
