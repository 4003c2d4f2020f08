package dev.argus.preprocess.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.preprocess.core.tile.Workers;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work that several threads take from, in order, until none is left. Thread-safe.
 *
 * <p>Whoever takes a piece does it at once. The owner calls for helpers and leaves the work to them
 * ({@link #awaitOthers}); where none comes, it helps until what it waits for is done or taken
 * ({@link #await}), and then waits for pieces in progress only, through an interrupt: a piece takes
 * milliseconds, and what it reads must outlive it.
 */
final class SharedWork implements Workers.Batch {
  private final int pieces;
  private final IntConsumer work;
  private final Consumer<SharedWork> callForHelp;
  private final BitSet done = new BitSet();

  /** The first so many pieces may be taken. */
  private int open;

  private int taken;
  private int inProgress;

  /** Counts the changes of what stands here: who waits for one waits until this differs. */
  private int changes;

  private int helpers;
  private boolean closed;
  private @Nullable Throwable failure;

  /**
   * @param callForHelp told that there is work, each time that the owner waits for some; to have
   *     others {@link #help}
   */
  SharedWork(int pieces, IntConsumer work, Consumer<SharedWork> callForHelp) {
    this.pieces = pieces;
    this.work = work;
    this.callForHelp = callForHelp;
  }

  /**
   * Does pieces until all are taken: one at least, as a helper has stood in line for it.
   *
   * @param enough asked after each piece; true for a helper that has something else to do
   */
  void help(BooleanSupplier enough) {
    do {
      int piece = take();
      if (piece == pieces) {
        return;
      }
      run(piece);
    } while (!enough.getAsBoolean());
  }

  @Override
  public void invite(int count) {
    open(count);
    callForHelp.accept(this);
  }

  @Override
  public void await(int count) {
    open(pieces);
    callForHelp.accept(this);
    while (!isDone(count)) {
      int piece = take();
      if (piece < pieces) {
        run(piece);
      } else {
        awaitChange(count);
      }
    }
    rethrowFailure();
  }

  @Override
  public Optional<Duration> awaitOthers(int count) {
    open(pieces);
    long idleNanos = 0;
    while (!isDone(count)) {
      callForHelp.accept(this);
      OptionalLong idle = awaitHelpers(count);
      if (idle.isEmpty()) {
        return Optional.empty();
      }
      idleNanos += idle.getAsLong();
    }
    return failed() ? Optional.empty() : Optional.of(Duration.ofNanos(idleNanos));
  }

  /** Waits until something happens; how long nobody did anything. Empty where nobody would. */
  private synchronized OptionalLong awaitHelpers(int count) {
    if (isDone(count)) {
      return OptionalLong.of(0);
    }
    if (helpers == 0) {
      return OptionalLong.empty();
    }
    boolean idle = inProgress == 0;
    long start = System.nanoTime();
    int before = changes;
    try {
      while (changes == before) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while a picture was being cut");
    }
    return OptionalLong.of(idle ? System.nanoTime() - start : 0);
  }

  private synchronized void open(int count) {
    open = Math.max(open, count);
  }

  private synchronized boolean failed() {
    return failure != null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (inProgress > 0) {
      awaitAnyChange();
    }
  }

  /** Pieces that may be taken and nobody has taken yet. */
  synchronized int left() {
    return closed || failure != null ? 0 : open - taken;
  }

  /** Helpers that were called and have not left. */
  synchronized int helpers() {
    return helpers;
  }

  /** Counts a helper that was called, or has left. */
  synchronized void countHelpers(int change) {
    helpers += change;
    changed();
  }

  /** The next piece; {@link #pieces} if there is none to do. */
  private synchronized int take() {
    if (left() == 0) {
      return pieces;
    }
    if (inProgress == 0) {
      changed();
    }
    inProgress++;
    return taken++;
  }

  private void run(int piece) {
    Throwable thrown = null;
    try {
      work.accept(piece);
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    finish(piece, thrown);
  }

  private synchronized void finish(int piece, @Nullable Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
    done.set(piece);
    inProgress--;
    changed();
  }

  private synchronized void changed() {
    changes++;
    notifyAll();
  }

  /** Whether the owner need not wait any longer. */
  private synchronized boolean isDone(int count) {
    return failure != null || done.nextClearBit(0) >= count;
  }

  private synchronized void awaitChange(int count) {
    if (!isDone(count) && inProgress > 0) {
      awaitAnyChange();
    }
  }

  /** Waits, through an interrupt, until something happens. */
  private synchronized void awaitAnyChange() {
    boolean interrupted = false;
    int before = changes;
    while (changes == before) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void rethrowFailure() {
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }
}
