package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.PodShape;
import dev.argus.bench.simulate.time.Calendar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Pods of one kind. A new one takes its time to start; one too many, the youngest, gets nothing new
 * and goes when it has done what it has. All of them are paid for from the wish to the end.
 */
public final class Deployment {
  private final String name;
  private final Set<Stage> stages;
  private final PodShape shape;
  private final double startSeconds;
  private final Calendar calendar;
  private final Supplier<Pod> factory;
  private final List<Pod> ready = new ArrayList<>();
  private final Deque<Calendar.Timer> starting = new ArrayDeque<>();
  private final List<Pod> draining = new ArrayList<>();
  private Usage gone = Usage.NONE;
  private long version;
  private double since;
  private double podSeconds;
  private int most;

  /**
   * @param stages that its pods serve
   * @param factory makes a pod that is ready
   */
  Deployment(
      String name,
      Set<Stage> stages,
      PodShape shape,
      double startSeconds,
      Calendar calendar,
      Supplier<Pod> factory) {
    this.name = name;
    this.stages = EnumSet.copyOf(stages);
    this.shape = shape;
    this.startSeconds = startSeconds;
    this.calendar = calendar;
    this.factory = factory;
  }

  /** As tables call it. */
  public String name() {
    return name;
  }

  /** The stages that its pods serve. */
  public Set<Stage> stages() {
    return stages;
  }

  /** What each of its pods is given. */
  public PodShape shape() {
    return shape;
  }

  /** Begins with so many pods that are ready. */
  public void beginWith(int pods) {
    account();
    while (ready.size() < pods) {
      addReady();
    }
    account();
  }

  /** Wishes for so many pods. */
  public void scaleTo(int pods) {
    account();
    while (wanted() < pods) {
      Calendar.Timer start = calendar.timer(this::started);
      starting.add(start);
      start.set(calendar.now() + startSeconds);
    }
    while (wanted() > pods && !starting.isEmpty()) {
      starting.removeLast().cancel();
    }
    while (ready.size() > pods) {
      draining.add(ready.removeLast());
      version++;
    }
    reap();
    account();
  }

  /** Pods that serve. */
  public List<Pod> ready() {
    return ready;
  }

  /** Pods that serve or will. */
  public int wanted() {
    return ready.size() + starting.size();
  }

  /** All that are paid for. */
  public int paid() {
    return wanted() + draining.size();
  }

  /** The most that were paid for at once. */
  public int most() {
    return most;
  }

  /** Seconds of all pods together so far. */
  public double podSeconds() {
    account();
    return podSeconds;
  }

  /** What its pods did so far, those that are gone included. */
  public Usage usage() {
    Usage usage = gone;
    for (List<Pod> pods : List.of(ready, draining)) {
      for (Pod pod : pods) {
        usage = usage.plus(pod.usage());
      }
    }
    return usage;
  }

  /** Another number whenever other pods are ready. */
  long version() {
    return version;
  }

  /** Lets pods go that were to and have nothing left to do. */
  void reap() {
    if (!draining.isEmpty()) {
      account();
      for (Pod pod : List.copyOf(draining)) {
        if (pod.calls() == 0) {
          draining.remove(pod);
          gone = gone.plus(pod.usage());
        }
      }
    }
  }

  private void started() {
    account();
    starting.remove();
    addReady();
  }

  private void addReady() {
    ready.add(factory.get());
    version++;
  }

  private void account() {
    podSeconds += paid() * (calendar.now() - since);
    since = calendar.now();
    most = Math.max(most, paid());
  }
}
