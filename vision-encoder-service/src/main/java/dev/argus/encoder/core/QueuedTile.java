package dev.argus.encoder.core;

import dev.argus.base.timeline.ActivityKind;
import java.nio.ByteBuffer;

/**
 * A tile that waits for its turn.
 *
 * @param lane whose it is
 * @param index what the lane's listener knows it by
 * @param key what its features will be known by
 * @param pixels uint8 RGB, {@code [side, side, 3]}
 * @param queuedAtNanos since the beginning of the lane's timeline
 */
record QueuedTile(TileLane lane, int index, FeatureKey key, ByteBuffer pixels, long queuedAtNanos) {

  /** Gets features that were made for another tile. */
  void reuse(ByteBuffer features) {
    lane.timeline().record(ActivityKind.QUEUE, queuedAtNanos, 1);
    lane.listener().reused(index, features);
  }
}
