package dev.argus.decoder.core.sampling;

import dev.argus.base.failure.InvalidInput;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the tokens of one answer are chosen and when it ends. Names and ranges are those of {@code
 * argus.v1.Sampling}.
 *
 * @param maxTokens the most tokens to generate, 1 or more; empty: as many as fit
 * @param temperature 0 (greedy) to 2
 * @param topP above 0, up to 1 (no token dropped)
 * @param topK 1 or more, or 0 (no token dropped)
 * @param minP 0 (no token dropped) to 1
 * @param seed makes the draws repeatable; any value
 * @param stop strings that end the answer just before they appear; at most 16, each of 1 to 256
 *     characters
 * @param ignoreEndOfSequence whether to go on after an end-of-sequence token
 */
public record Sampling(
    OptionalInt maxTokens,
    float temperature,
    float topP,
    int topK,
    float minP,
    long seed,
    List<String> stop,
    boolean ignoreEndOfSequence) {

  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  /** The most probable token each time, as many as fit. */
  public static final Sampling GREEDY =
      new Sampling(OptionalInt.empty(), 0, 1, 0, 0, 0, List.of(), false);

  /**
   * @throws InvalidInput naming the first field out of its range
   */
  public Sampling {
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw refuse("max_tokens", maxTokens.getAsInt(), "1 or more");
    }
    // Each range is asked for what it allows, so that NaN is never inside.
    if (!(temperature >= 0 && temperature <= 2)) {
      throw refuse("temperature", temperature, "from 0 to 2");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw refuse("top_p", topP, "above 0 and at most 1");
    }
    if (topK < 0) {
      throw refuse("top_k", topK, "1 or more, or 0 for all tokens");
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw refuse("min_p", minP, "from 0 to 1");
    }
    stop = List.copyOf(stop);
    checkStops(stop);
  }

  /** Whether the most probable token is taken each time. */
  public boolean greedy() {
    return temperature == 0;
  }

  private static void checkStops(List<String> stop) {
    if (stop.size() > MOST_STOPS) {
      throw new InvalidInput(
          "sampling.stop", "has " + stop.size() + " strings; at most " + MOST_STOPS + " allowed");
    }
    for (int i = 0; i < stop.size(); i++) {
      int length = stop.get(i).codePointCount(0, stop.get(i).length());
      if (length < 1 || length > LONGEST_STOP) {
        throw new InvalidInput(
            "sampling.stop[" + i + "]",
            "has " + length + " characters; must have 1 to " + LONGEST_STOP);
      }
    }
  }

  private static InvalidInput refuse(String field, Number value, String allowed) {
    return new InvalidInput("sampling." + field, "is " + value + "; must be " + allowed);
  }
}
