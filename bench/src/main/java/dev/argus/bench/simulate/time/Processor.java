package dev.argus.bench.simulate.time;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that computes, with so many threads: a pod's processors, or a GPU, which has one. Where
 * work wants more threads than there are, all of it slows down alike, as it does under a fair
 * scheduler.
 */
public final class Processor {
  private final Calendar calendar;
  private final int threads;
  private final List<Work> running = new ArrayList<>();
  private int wanted;
  private double since;
  private double busy;

  /**
   * @param threads at least 1
   */
  public Processor(Calendar calendar, int threads) {
    this.calendar = calendar;
    this.threads = threads;
  }

  /** How many threads it has. */
  public int threads() {
    return threads;
  }

  /** Seconds that its threads have worked so far, added up. */
  public double busySeconds() {
    return busy + Math.min(wanted, threads) * (calendar.now() - since);
  }

  Calendar calendar() {
    return calendar;
  }

  /** Seconds of work that are done in a second. */
  double speed() {
    return wanted <= threads ? 1 : (double) threads / wanted;
  }

  void add(Work work) {
    change(work.threads());
    running.add(work);
  }

  void remove(Work work) {
    running.remove(work);
    change(-work.threads());
  }

  private void change(int more) {
    busy = busySeconds();
    since = calendar.now();
    double before = speed();
    wanted += more;
    if (speed() != before) {
      running.forEach(work -> work.go(before));
    }
  }
}
