package dev.argus.base.sampling;

import dev.argus.base.failure.InvalidInput;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How the tokens of one answer are chosen and when it ends. Names and ranges are those of {@code
 * argus.v1.Sampling}, which follow vLLM's SamplingParams.
 *
 * @param temperature 0 to 2; below {@link #GREEDY_BELOW} the most probable token is taken
 * @param topP above 0, up to 1 (no token dropped)
 * @param topK 1 or more; 0 or -1: no token dropped
 * @param minP 0 (no token dropped) to 1
 * @param penalties on tokens that were there before
 * @param logitBias added to the logits of these tokens, -100 to 100 each; at most 1024, ids not
 *     negative
 * @param seed makes the draws repeatable; any value
 * @param logprobs with each token its log-probability and those of this many most probable ones, 0
 *     to 20; empty: none
 * @param stopping when the answer ends
 */
public record Sampling(
    float temperature,
    float topP,
    int topK,
    float minP,
    Penalties penalties,
    Map<Integer, Float> logitBias,
    long seed,
    OptionalInt logprobs,
    Stopping stopping) {

  /** Temperatures below this are 0, as in vLLM. */
  public static final float GREEDY_BELOW = 1e-5f;

  /** The most alternatives whose log-probability is told with a token. */
  public static final int MOST_LOGPROBS = 20;

  private static final int MOST_BIASES = 1024;
  private static final float STRONGEST_BIAS = 100;

  /** The most probable token each time, as many as fit. */
  public static final Sampling GREEDY =
      new Sampling(0, 1, 0, 0, Penalties.NONE, Map.of(), 0, OptionalInt.empty(), Stopping.DEFAULT);

  /**
   * @throws InvalidInput naming the first field out of its range
   */
  public Sampling {
    // Each range is asked for what it allows, so that NaN is never inside.
    if (!(temperature >= 0 && temperature <= 2)) {
      throw refuse("temperature", temperature, "from 0 to 2");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw refuse("top_p", topP, "above 0 and at most 1");
    }
    if (topK < -1) {
      throw refuse("top_k", topK, "1 or more, or 0 (or -1) for all tokens");
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw refuse("min_p", minP, "from 0 to 1");
    }
    if (logprobs.orElse(0) < 0 || logprobs.orElse(0) > MOST_LOGPROBS) {
      throw refuse("logprobs", logprobs.getAsInt(), "from 0 to " + MOST_LOGPROBS);
    }
    logitBias = Map.copyOf(logitBias);
    checkBias(logitBias);
    topK = Math.max(0, topK);
  }

  /** Whether the most probable token is taken each time. */
  public boolean greedy() {
    return temperature < GREEDY_BELOW;
  }

  /** With another temperature. */
  public Sampling withTemperature(float value) {
    return new Sampling(value, topP, topK, minP, penalties, logitBias, seed, logprobs, stopping);
  }

  /** From a smaller set of most probable tokens. */
  public Sampling withTopP(float value) {
    return new Sampling(
        temperature, value, topK, minP, penalties, logitBias, seed, logprobs, stopping);
  }

  /** From so many most probable tokens. */
  public Sampling withTopK(int value) {
    return new Sampling(
        temperature, topP, value, minP, penalties, logitBias, seed, logprobs, stopping);
  }

  /** Without improbable tokens. */
  public Sampling withMinP(float value) {
    return new Sampling(
        temperature, topP, topK, value, penalties, logitBias, seed, logprobs, stopping);
  }

  /** With other penalties. */
  public Sampling withPenalties(Penalties value) {
    return new Sampling(temperature, topP, topK, minP, value, logitBias, seed, logprobs, stopping);
  }

  /** With other biases. */
  public Sampling withLogitBias(Map<Integer, Float> value) {
    return new Sampling(temperature, topP, topK, minP, penalties, value, seed, logprobs, stopping);
  }

  /** With another seed. */
  public Sampling withSeed(long value) {
    return new Sampling(
        temperature, topP, topK, minP, penalties, logitBias, value, logprobs, stopping);
  }

  /** With log-probabilities. */
  public Sampling withLogprobs(int alternatives) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        penalties,
        logitBias,
        seed,
        OptionalInt.of(alternatives),
        stopping);
  }

  /** With another end. */
  public Sampling withStopping(Stopping value) {
    return new Sampling(temperature, topP, topK, minP, penalties, logitBias, seed, logprobs, value);
  }

  /** Ending at these strings too. */
  public Sampling withStop(List<String> strings) {
    return withStopping(stopping.withStrings(strings));
  }

  /**
   * Checks the ids of tokens against a model's vocabulary.
   *
   * @throws InvalidInput naming the first field with an id beyond it
   */
  public void checkVocabulary(int size) {
    stopping.tokenIds().forEach(id -> requireBelow(size, id, "stop_token_ids"));
    logitBias.keySet().forEach(id -> requireBelow(size, id, "logit_bias"));
  }

  private static void requireBelow(int size, int id, String field) {
    if (id >= size) {
      throw new InvalidInput(
          "sampling." + field, "names token %d; ids are below %d".formatted(id, size));
    }
  }

  private static void checkBias(Map<Integer, Float> biases) {
    if (biases.size() > MOST_BIASES) {
      throw new InvalidInput(
          "sampling.logit_bias",
          "has " + biases.size() + " entries; at most " + MOST_BIASES + " allowed");
    }
    biases.forEach((id, bias) -> {
      if (id < 0) {
        throw refuse("logit_bias", id, "of token ids from 0, below the vocabulary's size");
      }
      if (!(Math.abs(bias) <= STRONGEST_BIAS)) {
        throw refuse("logit_bias[" + id + "]", bias, "from -100 to 100");
      }
    });
  }

  static InvalidInput refuse(String field, Number value, String allowed) {
    return new InvalidInput("sampling." + field, "is " + value + "; must be " + allowed);
  }
}
