package dev.argus.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all requests together hold: their bodies and their pictures. Thread-safe. */
public final class HeldBytes {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most that may be held
   */
  public HeldBytes(long most) {
    this.most = most;
  }

  /** Takes bytes; false, and none taken, when there are not as many left. */
  public boolean take(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  /** Gives back what was taken. */
  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes taken and not given back. */
  public long now() {
    return held.get();
  }
}
