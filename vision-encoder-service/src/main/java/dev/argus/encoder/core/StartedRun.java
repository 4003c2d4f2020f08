package dev.argus.encoder.core;

import dev.argus.base.timeline.ActivityKind;
import java.util.List;

/**
 * One stream's part in a run of the tower that is going on. Not thread-safe: it belongs to the
 * encoder's thread.
 */
final class StartedRun {
  private final TileLane lane;
  private final int tiles;
  private final long startNanos;
  private final Runnable over;
  private boolean ended;

  private StartedRun(TileLane lane, int tiles, long startNanos, Runnable over) {
    this.lane = lane;
    this.tiles = tiles;
    this.startNanos = startNanos;
    this.over = over;
  }

  /**
   * Ends the waiting of a stream's tiles.
   *
   * @param tiles the stream's own
   * @param batch how many tiles the run takes in all
   */
  static StartedRun of(TileLane lane, List<QueuedTile> tiles, int batch) {
    lane.timeline().record(ActivityKind.QUEUE, tiles.getFirst().queuedAtNanos(), 1);
    long start = lane.timeline().elapsedNanos();
    return new StartedRun(lane, tiles.size(), start, lane.listener().encoding(tiles.size(), batch));
  }

  /** The run is over, well or not. Does nothing the second time. */
  void end() {
    if (!ended) {
      ended = true;
      lane.timeline().record(ActivityKind.ENCODE, startNanos, tiles);
      over.run();
    }
  }
}
