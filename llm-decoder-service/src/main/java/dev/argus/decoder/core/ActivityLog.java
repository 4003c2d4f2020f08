package dev.argus.decoder.core;

import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;

/**
 * Turns the life of a sequence into activities: it is always doing exactly one thing, and pauses
 * for its reader are summed up beside that.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
final class ActivityLog {
  private final Timeline timeline;
  private ActivityKind kind = ActivityKind.QUEUE;
  private int items = 1;
  private long since;

  private long pausedSince;
  private long firstPause;
  private long pausedNanos;
  private int heldTokens;

  /** Begins with waiting for a slot. */
  ActivityLog(Timeline timeline) {
    this.timeline = timeline;
    this.since = timeline.elapsedNanos();
  }

  /** Ends what was being done and begins something else. */
  void begin(ActivityKind next, int nextItems) {
    end();
    kind = next;
    items = nextItems;
    since = timeline.elapsedNanos();
  }

  ActivityKind current() {
    return kind;
  }

  /** Counts more items of what is being done. */
  void add(int more) {
    items += more;
  }

  /** Ends what was being done. */
  void end() {
    timeline.record(kind, since, items);
  }

  /** The reader is behind. */
  void pause(int tokens) {
    pausedSince = timeline.elapsedNanos();
    firstPause = heldTokens == 0 ? pausedSince : firstPause;
    heldTokens += tokens;
  }

  /** The reader caught up. */
  void resume() {
    pausedNanos += timeline.elapsedNanos() - pausedSince;
  }

  /** Ends everything. */
  void close() {
    end();
    if (heldTokens > 0) {
      timeline.record(new Activity(ActivityKind.WAIT_READER, firstPause, pausedNanos, heldTokens));
    }
  }
}
