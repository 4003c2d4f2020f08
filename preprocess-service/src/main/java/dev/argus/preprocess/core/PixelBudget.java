package dev.argus.preprocess.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that decoded pictures may take, all requests together. A picture is paid for before it
 * is decoded and until its last tile is sent, so that slow readers hold a bounded amount.
 *
 * <p>Counts in KiB. A picture that costs more than the whole budget takes all of it, and so is
 * decoded alone. First come, first served. Thread-safe.
 */
final class PixelBudget {
  private static final int UNIT = 1024;

  private final int units;
  private final Semaphore free;

  /**
   * @param bytes at least 1024
   */
  PixelBudget(long bytes) {
    units = Math.toIntExact(Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE));
    free = new Semaphore(units, true);
  }

  /** A part of the budget, held until it is given back. */
  record Share(int units) {}

  /** What so many bytes cost. */
  Share share(long bytes) {
    return new Share((int) Math.min(units, Math.ceilDiv(bytes, UNIT)));
  }

  /** Takes a share if it is there now, and nobody waits for one. */
  boolean tryTake(Share share) {
    // The untimed tryAcquire would overtake those that wait.
    try {
      return free.tryAcquire(share.units(), 0, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Waits for a share and takes it.
   *
   * @throws Overloaded when the wait is over without one
   * @throws Cancelled when the thread is interrupted
   */
  void take(Share share, Duration longestWait) {
    try {
      if (!free.tryAcquire(share.units(), longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Overloaded(
            "no memory for a picture came free within " + longestWait, longestWait);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Gives a share back. */
  void giveBack(Share share) {
    free.release(share.units());
  }

  /** Bytes that are not taken. */
  long freeBytes() {
    return (long) free.availablePermits() * UNIT;
  }

  /** Bytes in all. */
  long totalBytes() {
    return (long) units * UNIT;
  }

  private static Cancelled interrupted() {
    Thread.currentThread().interrupt();
    return new Cancelled("interrupted while waiting for memory");
  }
}
