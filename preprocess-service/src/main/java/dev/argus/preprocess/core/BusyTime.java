package dev.argus.preprocess.core;

import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;

/**
 * The time that something took in pieces, with other things between. Not thread-safe, but safely
 * handed from thread to thread with the work it measures.
 */
final class BusyTime {
  private long startNanos = -1;
  private long nanos;

  /** Adds a piece; both ends count from the start of the same timeline. */
  void add(long fromNanos, long toNanos) {
    if (startNanos < 0) {
      startNanos = fromNanos;
    }
    nanos += toNanos - fromNanos;
  }

  /** All pieces as one activity that begins with the first. */
  Activity toActivity(ActivityKind kind, int items) {
    return new Activity(kind, Math.max(startNanos, 0), nanos, items);
  }
}
