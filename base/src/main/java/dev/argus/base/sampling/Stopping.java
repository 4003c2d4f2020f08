package dev.argus.base.sampling;

import dev.argus.base.failure.InvalidInput;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * When an answer ends.
 *
 * @param maxTokens the most tokens to generate, 1 or more; empty: as many as fit
 * @param minTokens the least: before them no token ends the answer, and stop strings do not count;
 *     0 or more, at most {@code maxTokens}
 * @param strings end the answer where they appear; at most 16, each of 1 to 256 characters
 * @param includeString whether what ended the answer, a stop string or a stop token's text, belongs
 *     to its text
 * @param tokenIds tokens that end the answer beside the model's own; at most 64, none negative
 * @param ignoreEndOfSequence whether to go on after the model's own end-of-sequence tokens
 */
public record Stopping(
    OptionalInt maxTokens,
    int minTokens,
    List<String> strings,
    boolean includeString,
    Set<Integer> tokenIds,
    boolean ignoreEndOfSequence) {

  private static final int MOST_STRINGS = 16;
  private static final int LONGEST_STRING = 256;
  private static final int MOST_TOKENS = 64;

  /** At the model's own end, or when no more fits. */
  public static final Stopping DEFAULT =
      new Stopping(OptionalInt.empty(), 0, List.of(), false, Set.of(), false);

  /**
   * @throws InvalidInput naming the first field out of its range
   */
  public Stopping {
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw Sampling.refuse("max_tokens", maxTokens.getAsInt(), "1 or more");
    }
    if (minTokens < 0 || minTokens > maxTokens.orElse(Integer.MAX_VALUE)) {
      throw Sampling.refuse(
          "min_tokens",
          minTokens,
          maxTokens.isPresent() ? "from 0 to max_tokens, " + maxTokens.getAsInt() : "0 or more");
    }
    strings = List.copyOf(strings);
    checkStrings(strings);
    tokenIds = Set.copyOf(tokenIds);
    checkTokens(tokenIds);
  }

  /** At a string too. */
  public Stopping withStrings(List<String> stop) {
    return new Stopping(maxTokens, minTokens, stop, includeString, tokenIds, ignoreEndOfSequence);
  }

  /** Of another shortest length. */
  public Stopping withMinTokens(int least) {
    return new Stopping(maxTokens, least, strings, includeString, tokenIds, ignoreEndOfSequence);
  }

  /** At other tokens too. */
  public Stopping withTokenIds(Set<Integer> ids) {
    return new Stopping(maxTokens, minTokens, strings, includeString, ids, ignoreEndOfSequence);
  }

  /** Whether what ended the answer belongs to its text. */
  public Stopping withIncludeString(boolean include) {
    return new Stopping(maxTokens, minTokens, strings, include, tokenIds, ignoreEndOfSequence);
  }

  /** Whether the model's own end is passed over. */
  public Stopping withIgnoreEndOfSequence(boolean ignore) {
    return new Stopping(maxTokens, minTokens, strings, includeString, tokenIds, ignore);
  }

  /** Of another longest length. */
  public Stopping withMaxTokens(int most) {
    return new Stopping(
        OptionalInt.of(most), minTokens, strings, includeString, tokenIds, ignoreEndOfSequence);
  }

  private static void checkStrings(List<String> strings) {
    if (strings.size() > MOST_STRINGS) {
      throw new InvalidInput(
          "sampling.stop",
          "has " + strings.size() + " strings; at most " + MOST_STRINGS + " allowed");
    }
    for (int i = 0; i < strings.size(); i++) {
      int length = strings.get(i).codePointCount(0, strings.get(i).length());
      if (length < 1 || length > LONGEST_STRING) {
        throw new InvalidInput(
            "sampling.stop[" + i + "]",
            "has " + length + " characters; must have 1 to " + LONGEST_STRING);
      }
    }
  }

  private static void checkTokens(Set<Integer> tokenIds) {
    if (tokenIds.size() > MOST_TOKENS) {
      throw new InvalidInput(
          "sampling.stop_token_ids",
          "has " + tokenIds.size() + " ids; at most " + MOST_TOKENS + " allowed");
    }
    tokenIds.stream()
        .filter(id -> id < 0)
        .findAny()
        .ifPresent(id -> {
          throw Sampling.refuse("stop_token_ids", id, "0 or more, below the vocabulary's size");
        });
  }
}
