package dev.argus.bench.simulate.time;

import java.util.Arrays;

/**
 * A virtual clock, in seconds, and what is to happen when. Of things at the same time, those that
 * were set first happen first, so that a simulation is the same each time. One thread.
 *
 * <p>Design: a binary heap of timers that know their place in it. Who waits for something owns one
 * timer and moves it, so that the heap holds what will happen and nothing that was called off, and
 * millions of events allocate nothing.
 */
public final class Calendar {
  private static final int FIRST_CAPACITY = 64;

  private Timer[] heap = new Timer[FIRST_CAPACITY];
  private int size;
  private long settings;
  private double now;

  /** Seconds since the begin. */
  public double now() {
    return now;
  }

  /** A timer that is not set. */
  public Timer timer(Runnable action) {
    return new Timer(action);
  }

  /** Lets everything happen up to a time, and makes it that time. */
  public void runUntil(double end) {
    while (size > 0 && heap[0].time <= end) {
      next();
    }
    now = Math.max(now, end);
  }

  /** Lets everything happen until nothing is left. */
  public void runOut() {
    while (size > 0) {
      next();
    }
  }

  private void next() {
    Timer first = heap[0];
    now = first.time;
    first.cancel();
    first.action.run();
  }

  /** Something that happens at a time, if one is set. */
  public final class Timer {
    private final Runnable action;
    private double time;
    private long order;
    private int place = -1;

    private Timer(Runnable action) {
      this.action = action;
    }

    /**
     * Sets it, or moves it.
     *
     * @param when not in the past; what is by rounding alone counts as now
     */
    public void set(double when) {
      time = Math.max(when, now);
      order = settings++;
      if (place < 0) {
        if (size == heap.length) {
          heap = Arrays.copyOf(heap, 2 * size);
        }
        put(size++, this);
      }
      up(place);
      down(place);
    }

    /** Calls it off, if it is set. */
    public void cancel() {
      if (place < 0) {
        return;
      }
      Timer last = heap[--size];
      if (last != this) {
        put(place, last);
        up(last.place);
        down(last.place);
      }
      place = -1;
    }

    private boolean before(Timer other) {
      return time < other.time || (time == other.time && order < other.order);
    }
  }

  private void up(int from) {
    Timer timer = heap[from];
    int at = from;
    while (at > 0 && timer.before(heap[(at - 1) / 2])) {
      put(at, heap[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, timer);
  }

  private void down(int from) {
    Timer timer = heap[from];
    int at = from;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(timer)) {
        break;
      }
      put(at, heap[child]);
      at = child;
    }
    put(at, timer);
  }

  private void put(int at, Timer timer) {
    heap[at] = timer;
    timer.place = at;
  }
}
