package dev.argus.decoder.core.sampling;

import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.decoder.core.grammar.Constraint;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one answer has said so far, as far as its next token depends on it: how many tokens, and
 * where penalties are asked for, which.
 *
 * <p>Penalties cost as many steps a token as the prompt and the answer have different tokens; the
 * memory is four bytes for each token of the vocabulary. Without them nothing is kept.
 *
 * <p>Not thread-safe.
 */
public final class TokenHistory {
  private final Sampling sampling;
  private final Set<Integer> ending;
  private final Optional<Constraint> constraint;
  private int generated;

  /** How often each token is in the answer; empty without penalties. */
  private final int[] counts;

  /** The tokens that penalties are about, each once. */
  private int[] known = new int[0];

  private int knownSize;
  private final BitSet isKnown = new BitSet();

  /**
   * Of an answer that begins.
   *
   * @param sampling how its tokens are chosen
   * @param promptIds the prompt's tokens, all below the vocabulary's size
   * @param endIds the model's end-of-sequence tokens
   * @param vocabularySize length of a row of logits
   * @param constraint what keeps it to its form, if it has one
   */
  public TokenHistory(
      Sampling sampling,
      int[] promptIds,
      Set<Integer> endIds,
      int vocabularySize,
      Optional<Constraint> constraint) {
    this.sampling = sampling;
    this.constraint = constraint;
    this.ending = new HashSet<>(endIds);
    this.ending.addAll(sampling.stopping().tokenIds());
    Penalties penalties = sampling.penalties();
    this.counts = new int[penalties.none() ? 0 : vocabularySize];
    if (penalties.repetition() != 1) {
      for (int id : promptIds) {
        know(id);
      }
    }
  }

  /** Tokens generated so far. */
  public int generated() {
    return generated;
  }

  /** Takes the token that was chosen. */
  public void add(int id) {
    generated++;
    constraint.ifPresent(form -> form.accept(id));
    if (counts.length > 0) {
      counts[id]++;
      know(id);
    }
  }

  /** Whether {@link #adjust} would change anything. */
  boolean adjusts() {
    return constraint.isPresent()
        || tooEarlyToEnd()
        || !sampling.logitBias().isEmpty()
        || counts.length > 0;
  }

  /**
   * Changes a row in vLLM's order: nothing out of form, no end before its time, biases, penalties.
   */
  void adjust(float[] logits) {
    constraint.ifPresent(form -> form.mask(logits));
    if (tooEarlyToEnd()) {
      ending.forEach(id -> logits[id] = Float.NEGATIVE_INFINITY);
    }
    sampling.logitBias().forEach((id, bias) -> logits[id] += bias);
    Penalties penalties = sampling.penalties();
    for (int i = 0; i < knownSize; i++) {
      int id = known[i];
      logits[id] = penalised(logits[id], counts[id], penalties);
    }
  }

  /** Whether the answer has its form, and nothing can follow. */
  public boolean finished() {
    return constraint.isPresent() && constraint.get().finished();
  }

  /** Whether the answer was made shorter than it might have been, to be whole. */
  public boolean shortened() {
    return constraint.isPresent() && constraint.get().shortened();
  }

  private static float penalised(float logit, int count, Penalties penalties) {
    float repeated = penalties.repetition();
    float scaled = logit > 0 ? logit / repeated : logit * repeated;
    return scaled - penalties.frequency() * count - (count > 0 ? penalties.presence() : 0);
  }

  private boolean tooEarlyToEnd() {
    return generated < sampling.stopping().minTokens();
  }

  private void know(int id) {
    if (!isKnown.get(id)) {
      isKnown.set(id);
      if (knownSize == known.length) {
        known = Arrays.copyOf(known, Math.max(64, 2 * known.length));
      }
      known[knownSize++] = id;
    }
  }
}
