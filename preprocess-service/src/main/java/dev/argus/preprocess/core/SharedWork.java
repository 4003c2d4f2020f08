package dev.argus.preprocess.core;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work that several threads take from, in order, until none is left. Thread-safe.
 *
 * <p>Whoever takes a piece does it at once; so the owner, who helps until nothing is left to take,
 * then waits for pieces in progress only, however late a helper comes.
 */
final class SharedWork {
  private final int pieces;
  private final IntConsumer work;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch left;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  SharedWork(int pieces, IntConsumer work) {
    this.pieces = pieces;
    this.work = work;
    this.left = new CountDownLatch(pieces);
  }

  /** Does pieces until all are taken. After a failure they are taken and left undone. */
  void help() {
    for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
      try {
        if (failure.get() == null) {
          work.accept(piece);
        }
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      } finally {
        left.countDown();
      }
    }
  }

  /**
   * Helps, and returns when all pieces are done.
   *
   * <p>Waits through an interrupt: a piece takes milliseconds, and what it reads must outlive it.
   *
   * @throws RuntimeException or an Error that a piece threw first
   */
  void finish() {
    help();
    boolean interrupted = false;
    while (left.getCount() > 0) {
      try {
        left.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }
}
