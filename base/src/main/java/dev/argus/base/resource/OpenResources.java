package dev.argus.base.resource;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened, to be closed in the reverse order: by whoever owns it all, or at once where the
 * next thing cannot be opened. Not thread-safe.
 */
public final class OpenResources implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Adds what was just opened. */
  public <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Closes everything, and nothing a second time, even where closing something fails.
   *
   * @throws IllegalStateException then, of which the first failure is the cause
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("Closing failed", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
