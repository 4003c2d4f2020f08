package dev.argus.cli.allinone;

import dev.argus.service.StageService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A stage that is being opened in a thread of its own. Closing waits for it and closes what was
 * opened. Thread-safe.
 */
final class Opening<T extends StageService> implements AutoCloseable {
  private final CompletableFuture<T> stage;

  private Opening(CompletableFuture<T> stage) {
    this.stage = stage;
  }

  /** Begins. */
  static <T extends StageService> Opening<T> begin(String name, Supplier<T> opener) {
    return new Opening<>(
        CompletableFuture.supplyAsync(
            opener, task -> Thread.ofPlatform().name("open-" + name).daemon().start(task)));
  }

  /**
   * Waits for the stage, which stays this object's to close.
   *
   * @throws RuntimeException whatever opening threw
   */
  T get() {
    try {
      return stage.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  @Override
  public void close() {
    if (stage.handle((_, failure) -> failure == null).join()) { // Else get has told why.
      stage.join().close();
    }
  }
}
