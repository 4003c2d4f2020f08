package dev.argus.decoder.core.grammar;

/**
 * Keeps one answer to its form. Depends on the answer's own tokens alone. Not thread-safe.
 *
 * <p>An answer that must end soon is led to an end: once the longest way on from what may come next
 * is longer than what is left, only tokens stay that leave enough for the rest. Where the form is
 * of regions it is not, for a region that is made up is worse than one that is cut off.
 */
public final class Constraint {
  private final Grammar grammar;
  private Configuration here;
  private int left;
  private boolean shortened;

  Constraint(Grammar grammar, int maxTokens) {
    this.grammar = grammar;
    this.here = grammar.start();
    this.left = maxTokens;
  }

  /** Makes all tokens impossible that the answer cannot go on with. */
  public void mask(float[] logits) {
    TokenMask mask = grammar.mask(here);
    if (grammar.shortens() && mask.farthest() >= left) {
      TokenMask shorter = grammar.mask(here, Math.max(left, here.distance()) - 1);
      shortened |= mask.best(logits) != shorter.best(logits);
      mask = shorter;
    }
    mask.apply(logits);
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
