package dev.argus.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides, for one request or file, whether what failed is tried again, and waits before it is. Not
 * thread-safe.
 */
final class Patience {
  private final HubLimits limits;
  private final Pause pause;
  private final TransferProgress progress;
  private int failures;

  Patience(HubLimits limits, Pause pause, TransferProgress progress) {
    this.limits = limits;
    this.pause = pause;
    this.progress = progress;
  }

  /** Something that is tried until it works. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException, InterruptedException;
  }

  /** Makes an attempt until it works. */
  <T> T until(Attempt<T> attempt) throws IOException, InterruptedException {
    while (true) {
      try {
        return attempt.make();
      } catch (IOException e) {
        afterFailure(e);
      }
    }
  }

  /** Something came: the failures before it are forgotten. */
  void refresh() {
    failures = 0;
  }

  /**
   * Waits for the next try.
   *
   * @throws HubException if there is no point in one
   * @throws InterruptedException also where that is what made the attempt fail
   */
  void afterFailure(IOException failure) throws HubException, InterruptedException {
    if (Thread.currentThread().isInterrupted()
        || failure.getCause() instanceof InterruptedException) {
      throw new InterruptedException();
    }
    if (failure instanceof HubException decided) {
      throw decided;
    }
    failures++;
    String why = describe(failure);
    Optional<Duration> asked =
        failure instanceof Hiccup hiccup ? hiccup.retryAfter() : Optional.empty();
    if (asked.isPresent() && asked.get().compareTo(limits.longestPause()) > 0) {
      throw new HubException(
          "%s; the server asks to wait for %d minutes: try again then"
              .formatted(why, asked.get().toMinutes() + 1),
          failure);
    }
    if (failures >= limits.tries()) {
      throw new HubException(
          "%s, %d times in a row: try again later; what has come is kept"
              .formatted(why, limits.tries()),
          failure);
    }
    Duration time = asked.orElseGet(this::backoff);
    progress.pausing(time, why);
    pause.pause(time);
  }

  private Duration backoff() {
    Duration doubled = limits.firstPause().multipliedBy(1L << Math.min(failures - 1, 20));
    return doubled.compareTo(limits.longestPause()) < 0 ? doubled : limits.longestPause();
  }

  /** The JDK's client often says nothing but the exception's class. */
  private static String describe(IOException failure) {
    return switch (failure) {
      case HttpConnectTimeoutException _ -> "the server cannot be reached (timeout)";
      case HttpTimeoutException _ -> "the server does not answer";
      case ConnectException e when e.getMessage() == null -> "the server cannot be reached";
      case IOException e when e.getMessage() == null -> e.getClass().getSimpleName();
      default -> HubException.quote(String.valueOf(failure.getMessage()));
    };
  }
}
