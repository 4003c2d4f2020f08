package dev.argus.gateway.core;

import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Limits how many requests are served at a time. There is no queue here: whoever is over the limit
 * is told at once and can go to another replica. Thread-safe.
 */
public final class Admission {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final int limit;
  private final Semaphore free;

  /**
   * @param limit requests at a time, 1 or more
   */
  public Admission(int limit) {
    this.limit = limit;
    this.free = new Semaphore(limit);
  }

  /**
   * Takes a place, which the caller closes once.
   *
   * @throws Overloaded when all are taken
   */
  public Place enter() {
    if (!free.tryAcquire()) {
      throw new Overloaded("The gateway is serving its limit of " + limit + " requests", RETRY);
    }
    return free::release;
  }

  /** Requests being served. */
  public int active() {
    return limit - free.availablePermits();
  }

  /** The right to be served. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
