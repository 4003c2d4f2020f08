package dev.argus.preprocess.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import dev.argus.preprocess.core.tile.Workers;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The platform threads that decode, resize and tokenize, for all requests. Work goes to them in
 * pieces of some milliseconds (one picture, one tile), in the order it comes, so that requests take
 * turns. Requests themselves wait on virtual threads.
 *
 * <p>The queue's length is the most pieces that the admitted requests can have waiting. It refuses
 * only while pieces of requests that were given up still stand in it. Calls for help ({@link
 * #begin}) stand there too, for as long as all threads are busy: {@link #mostCallsForHelp} at once.
 * Thread-safe.
 */
final class WorkPool implements Workers, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final ThreadPoolExecutor executor;
  private final int threads;
  private final Duration retryAfter;

  /** Calls for help that stand in the queue. */
  private final AtomicInteger callsWaiting = new AtomicInteger();

  /**
   * @param queueLength pieces that may wait for a thread
   * @param retryAfter what a refused caller is told to wait
   */
  WorkPool(int threads, int queueLength, Duration retryAfter) {
    this.threads = threads;
    this.retryAfter = retryAfter;
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueLength),
            Thread.ofPlatform().name("argus-preprocess-", 0).daemon(true).factory());
  }

  /**
   * Has a piece of work done.
   *
   * @throws Overloaded when the queue is full
   * @throws Cancelled when the pool is closed
   */
  <T> CompletableFuture<T> submit(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      throw executor.isShutdown()
          ? new Cancelled("the preprocessing service is shutting down")
          : new Overloaded("the preprocessing service's queue of work is full", retryAfter);
    }
  }

  /**
   * Begins pieces of work. Calls for help stand in the queue as other work does, as long as it is
   * short; a thread that helps does a piece, and goes on until other work waits. Where no call
   * stands, whoever waits for pieces does them on one of the pool's threads, beside what helpers
   * have begun, so that callers never wait for each other.
   */
  @Override
  public Batch begin(int pieces, IntConsumer work) {
    return new SharedWork(pieces, work, this::callForHelp);
  }

  /** For as many threads as there are pieces, less those that are there or have work queued. */
  private void callForHelp(SharedWork shared) {
    int wanted = Math.min(shared.left(), threads);
    int missing = wanted - shared.helpers() - executor.getQueue().size();
    for (int i = 0; i < missing; i++) {
      shared.countHelpers(1);
      callsWaiting.incrementAndGet();
      try {
        executor.execute(() -> help(shared));
      } catch (RejectedExecutionException e) {
        callsWaiting.decrementAndGet();
        shared.countHelpers(-1);
        return; // The caller does it alone.
      }
    }
  }

  private void help(SharedWork shared) {
    callsWaiting.decrementAndGet();
    shared.help(() -> waiting() > 0);
    shared.countHelpers(-1);
  }

  /**
   * Waits for a piece of work.
   *
   * @throws Cancelled when the thread is interrupted; the work goes on
   */
  static <T> T await(CompletableFuture<T> work) {
    return await(work, Duration.ofDays(1), () -> {});
  }

  /**
   * Waits for a piece of work, and does something else again and again meanwhile.
   *
   * @throws Cancelled when the thread is interrupted; the work goes on
   */
  static <T> T await(CompletableFuture<T> work, Duration interval, Runnable meanwhile) {
    try {
      while (true) {
        try {
          return work.get(interval.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          meanwhile.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while pictures were being prepared");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** How many calls for help may stand in the queue of so many threads. */
  static int mostCallsForHelp(int threads) {
    return threads * threads;
  }

  /** Pieces of work that wait for a thread. */
  int waiting() {
    return Math.max(0, executor.getQueue().size() - callsWaiting.get());
  }

  /** Pieces of work that wait for a thread or have one. */
  int load() {
    return executor.getActiveCount() + waiting();
  }

  /** Takes no more work, and waits, for a bounded time, for what was submitted. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      executor.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
