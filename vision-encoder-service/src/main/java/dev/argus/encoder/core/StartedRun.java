package dev.argus.encoder.core;

import dev.argus.base.timeline.ActivityKind;
import java.util.List;

/**
 * One stream's part in a run of the tower that is going on.
 *
 * @param lane the stream
 * @param tiles how many tiles are its own
 * @param startNanos when the run began, since the beginning of the lane's timeline
 * @param over what its listener wants done at the end
 */
record StartedRun(TileLane lane, int tiles, long startNanos, Runnable over) {

  /** Ends the waiting of a stream's tiles. */
  static StartedRun of(TileLane lane, List<QueuedTile> tiles, int batch) {
    lane.timeline().record(ActivityKind.QUEUE, tiles.getFirst().queuedAtNanos(), 1);
    long start = lane.timeline().elapsedNanos();
    return new StartedRun(lane, tiles.size(), start, lane.listener().encoding(tiles.size(), batch));
  }

  void end() {
    lane.timeline().record(ActivityKind.ENCODE, startNanos, tiles);
    over.run();
  }
}
