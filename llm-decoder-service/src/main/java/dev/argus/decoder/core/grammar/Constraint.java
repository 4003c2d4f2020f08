package dev.argus.decoder.core.grammar;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps one answer to its form. Depends on the answer's own tokens alone. Used by one thread at a
 * time, the scheduler's; {@link #maskNanos} by any.
 *
 * <p>An answer that must end soon is led to an end: once the longest way on from what may come next
 * is longer than what is left, only tokens stay that leave enough for the rest. Where the form is
 * of regions it is not, for a region that is made up is worse than one that is cut off.
 */
public final class Constraint {
  private final Grammar grammar;
  private final LongSupplier nanoClock;
  private final LongConsumer masked;
  private final AtomicLong maskNanos = new AtomicLong();
  private Configuration here;
  private int left;
  private boolean shortened;

  /**
   * @param maxTokens after which there is room to end
   * @param masked is told of each mask, in nanoseconds
   */
  Constraint(Grammar grammar, int maxTokens, LongSupplier nanoClock, LongConsumer masked) {
    this.grammar = grammar;
    this.here = grammar.start();
    this.left = maxTokens;
    this.nanoClock = nanoClock;
    this.masked = masked;
  }

  /** Makes all tokens impossible that the answer cannot go on with. */
  public void mask(float[] logits) {
    long start = nanoClock.getAsLong();
    TokenMask mask = grammar.mask(here);
    if (grammar.shortens() && mask.farthest() >= left) {
      TokenMask shorter = grammar.mask(here, left - 1);
      shortened |= mask.best(logits) != shorter.best(logits);
      mask = shorter;
    }
    mask.apply(logits);
    long nanos = nanoClock.getAsLong() - start;
    maskNanos.addAndGet(nanos);
    masked.accept(nanos);
  }

  /** Time that all masks so far have taken, in nanoseconds. */
  public long maskNanos() {
    return maskNanos.get();
  }

  /** Takes a token that the mask allowed. */
  public void accept(int token) {
    here = grammar.after(here, token);
    left--;
    if (here.isDead()) {
      throw new IllegalStateException("token %d was not allowed".formatted(token));
    }
  }

  /** Whether the answer is whole, and nothing can follow. */
  public boolean finished() {
    return here.complete() && here.frames().isEmpty();
  }

  /** Whether the most probable token that was allowed was once passed over to come to an end. */
  public boolean shortened() {
    return shortened;
  }
}
