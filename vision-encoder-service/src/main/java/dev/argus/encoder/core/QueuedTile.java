package dev.argus.encoder.core;

import java.nio.ByteBuffer;

/**
 * A tile that waits for its turn.
 *
 * @param lane whose it is
 * @param index what the lane's listener knows it by
 * @param pixels uint8 RGB, {@code [side, side, 3]}
 * @param queuedAtNanos since the beginning of the lane's timeline
 */
record QueuedTile(TileLane lane, int index, ByteBuffer pixels, long queuedAtNanos) {}
