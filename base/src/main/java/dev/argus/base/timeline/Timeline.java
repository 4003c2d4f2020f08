package dev.argus.base.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The activities of one request in one stage, by one clock. Begins when it is made.
 *
 * <p>Thread-safe: a stage's threads record while another reads.
 */
public final class Timeline {
  private final LongSupplier nanoClock;
  private final long origin;
  private final List<Activity> activities = new ArrayList<>();

  /** Begins now by the system's monotonic clock. */
  public static Timeline start() {
    return new Timeline(System::nanoTime);
  }

  /**
   * @param nanoClock monotonic time in nanoseconds, as {@link System#nanoTime} or a test's own
   */
  public Timeline(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.origin = nanoClock.getAsLong();
  }

  /** Nanoseconds since the beginning. */
  public long elapsedNanos() {
    return nanoClock.getAsLong() - origin;
  }

  /**
   * Records an activity that ends now.
   *
   * @param startNanos when it began, an earlier result of {@link #elapsedNanos}
   */
  public void record(ActivityKind kind, long startNanos, int items) {
    record(new Activity(kind, startNanos, elapsedNanos() - startNanos, items));
  }

  /** Records an activity. */
  public synchronized void record(Activity activity) {
    activities.add(activity);
  }

  /** What was recorded so far, in the order of recording. */
  public synchronized List<Activity> activities() {
    return List.copyOf(activities);
  }
}
