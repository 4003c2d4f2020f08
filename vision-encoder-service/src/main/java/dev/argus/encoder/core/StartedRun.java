package dev.argus.encoder.core;

import dev.argus.base.timeline.ActivityKind;
import dev.argus.encoder.core.EncodeListener.RunListener;
import java.util.List;

/**
 * One stream's part in a run of the tower that is going on. Not thread-safe: it belongs to the
 * encoder's thread.
 */
final class StartedRun {
  private final TileLane lane;
  private final int tiles;
  private final long startNanos;
  private final RunListener listener;
  private boolean ended;

  private StartedRun(TileLane lane, int tiles, long startNanos, RunListener listener) {
    this.lane = lane;
    this.tiles = tiles;
    this.startNanos = startNanos;
    this.listener = listener;
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

  /** Tells streams that they are in the same run. */
  static void introduce(List<StartedRun> runs) {
    for (StartedRun run : runs) {
      runs.stream()
          .filter(other -> other != run)
          .forEach(other -> run.listener.sharedWith(other.listener));
    }
  }

  /** The run is over, well or not. Does nothing the second time. */
  void end() {
    if (!ended) {
      ended = true;
      lane.timeline().record(ActivityKind.ENCODE, startNanos, tiles);
      listener.over();
    }
  }
}
