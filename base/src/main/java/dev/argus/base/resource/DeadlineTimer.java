package dev.argus.base.resource;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Makes timers for deadlines, nearly all of which are called off long before. */
public final class DeadlineTimer {
  private DeadlineTimer() {}

  /**
   * A timer with a thread of its own, which does not keep the JVM from ending. What is called off
   * is let go of at once: else each request would stay in memory until its deadline, although it
   * was answered long ago.
   *
   * @param thread its thread's name
   * @return the caller's to shut down
   */
  public static ScheduledExecutorService start(String thread) {
    var timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(thread).factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
