package dev.argus.cli.allinone;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Something that is being opened in a thread of its own. Closing waits for it and closes what was
 * opened.
 */
final class Opening<T extends AutoCloseable> implements AutoCloseable {
  private final FutureTask<T> task;

  private Opening(FutureTask<T> task) {
    this.task = task;
  }

  /** Begins. */
  static <T extends AutoCloseable> Opening<T> begin(String name, Callable<T> opener) {
    FutureTask<T> task = new FutureTask<>(opener);
    Thread.ofPlatform().name("open-" + name).daemon().start(task);
    return new Opening<>(task);
  }

  /**
   * Waits for what is opened, which stays this object's to close.
   *
   * @throws RuntimeException whatever opening threw
   */
  T get() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while opening", e);
    }
  }

  @Override
  public void close() throws Exception {
    T opened;
    try {
      opened = task.get();
    } catch (ExecutionException e) {
      return; // Nothing was opened; get has told why.
    }
    opened.close();
  }
}
