package dev.argus.decoder.core.grammar;

import java.util.Arrays;

/**
 * Which tokens may come next. Not to be changed once it is used.
 *
 * <p>One bit a token, 64 to a word, the lowest id in the lowest bit.
 */
final class TokenMask {
  private static final int WORD = Long.SIZE;

  private final long[] bits;
  private int farthest;

  TokenMask(int vocabularySize) {
    bits = new long[(vocabularySize + WORD - 1) / WORD];
  }

  /**
   * Allows a token.
   *
   * @param distance tokens that suffice after it to end the answer
   */
  void add(int token, int distance) {
    bits[token / WORD] |= 1L << token;
    farthest = Math.max(farthest, distance);
  }

  /**
   * Allows what another one allows.
   *
   * @param further how much longer the ways to the end are than it says
   */
  void addAll(TokenMask other, int further) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
    farthest = Math.max(farthest, other.farthest + further);
  }

  boolean isEmpty() {
    return Arrays.stream(bits).allMatch(word -> word == 0);
  }

  boolean allows(int token) {
    return (bits[token / WORD] & (1L << token)) != 0;
  }

  /** After any of the tokens, so many more surely suffice to end the answer. */
  int farthest() {
    return farthest;
  }

  /** Makes all other tokens impossible. */
  void apply(float[] logits) {
    for (int word = 0; word < bits.length; word++) {
      if (bits[word] == 0) {
        Arrays.fill(
            logits,
            word * WORD,
            Math.min((word + 1) * WORD, logits.length),
            Float.NEGATIVE_INFINITY);
      } else if (bits[word] != -1) {
        apply(logits, word);
      }
    }
  }

  private void apply(float[] logits, int word) {
    int end = Math.min((word + 1) * WORD, logits.length);
    for (int token = word * WORD; token < end; token++) {
      if (!allows(token)) {
        logits[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The allowed token with the highest logit, the lowest id among equals. */
  int best(float[] logits) {
    int best = -1;
    for (int token = 0; token < logits.length; token++) {
      if (allows(token) && (best < 0 || logits[token] > logits[best])) {
        best = token;
      }
    }
    return best;
  }
}
