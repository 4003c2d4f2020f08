package dev.argus.gateway.http;

import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes of one request's fetched pictures, until the request has ended. Thread-safe. */
final class PictureBudget implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int most;
  private final HeldBytes all;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param most bytes that the pictures may have together
   * @param all what all requests hold
   */
  PictureBudget(int most, HeldBytes all) {
    this.most = most;
    this.all = all;
  }

  /**
   * Takes bytes that have arrived.
   *
   * @throws Refusal when the request has too many
   * @throws Overloaded when all requests together have too many
   */
  void take(int bytes) throws Refusal {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      throw new Refusal(
          "and the request's other pictures by URL have more than %d bytes together"
              .formatted(most));
    }
    if (!all.take(bytes)) {
      taken.addAndGet(-bytes);
      throw new Overloaded("Too many large requests are being served", RETRY_AFTER);
    }
  }

  /** Gives all of them back. */
  @Override
  public void close() {
    all.giveBack(taken.getAndSet(0));
  }
}
