package dev.argus.runtime.capi;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long something native lives: until it is closed and its last user has let go, whichever comes
 * later. So closing never waits, and nobody ever touches freed memory.
 *
 * <p>Design note: one integer. Its absolute value is the number of users plus one for the owner;
 * the owner's share is given up by {@link #close}, and the sign says so, so that nobody acquires
 * what was closed. Thread-safe and free of locks.
 */
public final class Lifetime {
  private final String what;
  private final Runnable free;

  /** Positive: open, with {@code state - 1} users. Not positive: closed, with {@code -state}. */
  private final AtomicInteger state = new AtomicInteger(1);

  /**
   * @param what the thing's name in messages
   * @param free frees it; called once
   */
  public Lifetime(String what, Runnable free) {
    this.what = what;
    this.free = free;
  }

  /**
   * Becomes a user.
   *
   * @throws IllegalStateException if the thing was closed
   */
  public void acquire() {
    if (state.getAndUpdate(s -> s > 0 ? s + 1 : s) <= 0) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /**
   * Becomes a user for as long as a block runs.
   *
   * @throws IllegalStateException if the thing was closed
   */
  public Hold hold() {
    acquire();
    return this::release;
  }

  /** Ceases to be a user. */
  public void release() {
    if (state.updateAndGet(s -> s > 0 ? s - 1 : s + 1) == 0) {
      free.run();
    }
  }

  /** Closes; the last user's release frees. Does nothing the second time. */
  public void close() {
    int before = state.getAndUpdate(s -> s > 0 ? -(s - 1) : s);
    if (before == 1) {
      free.run();
    }
  }

  /**
   * Throws if the thing was closed.
   *
   * @throws IllegalStateException then
   */
  public void requireOpen() {
    if (state.get() <= 0) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /** A use, which ends when it is closed; once. */
  @FunctionalInterface
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }
}
