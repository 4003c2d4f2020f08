package dev.argus.base.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  private static final Sampling BASE = Sampling.GREEDY;

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 2.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesTemperature(float value) {
    assertRefused("temperature", "from 0 to 2", () -> BASE.withTemperature(value));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0.5f, 1.01f, Float.NaN, Float.NEGATIVE_INFINITY})
  void refusesTopP(float value) {
    assertRefused("top_p", "above 0 and at most 1", () -> BASE.withTopP(value));
  }

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 1.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesMinP(float value) {
    assertRefused("min_p", "from 0 to 1", () -> BASE.withMinP(value));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, Integer.MIN_VALUE})
  void refusesTopK(int value) {
    assertRefused("top_k", "1 or more, or 0 (or -1)", () -> BASE.withTopK(value));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesRepetitionPenalty(float value) {
    assertRefused("repetition_penalty", "above 0 and finite", () -> new Penalties(value, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(floats = {-2.01f, 2.01f, Float.NaN})
  void refusesPresenceAndFrequencyPenalties(float value) {
    assertRefused("presence_penalty", "from -2 to 2", () -> new Penalties(1, value, 0));
    assertRefused("frequency_penalty", "from -2 to 2", () -> new Penalties(1, 0, value));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 21, Integer.MAX_VALUE})
  void refusesLogprobs(int value) {
    assertRefused("logprobs", "from 0 to 20", () -> BASE.withLogprobs(value));
  }

  @Test
  void refusesLogitBias() {
    assertRefused("logit_bias[3]", "from -100 to 100", () -> BASE.withLogitBias(Map.of(3, 101f)));
    assertRefused(
        "logit_bias[3]", "from -100 to 100", () -> BASE.withLogitBias(Map.of(3, Float.NaN)));
    assertRefused("logit_bias", "token ids from 0", () -> BASE.withLogitBias(Map.of(-1, 1f)));
    Map<Integer, Float> many =
        IntStream.range(0, 1025).boxed().collect(Collectors.toMap(id -> id, _ -> 1f));
    assertRefused("logit_bias", "at most 1024", () -> BASE.withLogitBias(many));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void refusesMaxTokens(int value) {
    assertRefused("max_tokens", "1 or more", () -> Stopping.DEFAULT.withMaxTokens(value));
  }

  @Test
  void refusesMinTokens() {
    assertRefused("min_tokens", "0 or more", () -> Stopping.DEFAULT.withMinTokens(-1));
    assertRefused(
        "min_tokens",
        "from 0 to max_tokens, 5",
        () -> Stopping.DEFAULT.withMaxTokens(5).withMinTokens(6));
  }

  @Test
  void refusesStops() {
    assertRefused("stop", "at most 16", () -> BASE.withStop(Collections.nCopies(17, "a")));
    assertRefused("stop[1]", "1 to 256", () -> BASE.withStop(List.of("a", "")));
    assertRefused("stop[0]", "1 to 256", () -> BASE.withStop(List.of("é".repeat(257))));
    assertThatCode(() -> BASE.withStop(List.of("😀".repeat(256)))).doesNotThrowAnyException();
    assertRefused("stop_token_ids", "0 or more", () -> stopTokens(Set.of(-1)));
    assertRefused(
        "stop_token_ids",
        "at most 64",
        () -> stopTokens(IntStream.range(0, 65).boxed().collect(Collectors.toSet())));
  }

  @Test
  void refusesTokensBeyondTheVocabulary() {
    Sampling stopping = BASE.withStopping(stopTokens(Set.of(9)));
    stopping.checkVocabulary(10);
    assertRefused("stop_token_ids", "below 9", () -> stopping.checkVocabulary(9));
    Sampling biased = BASE.withLogitBias(Map.of(9, 1f));
    assertRefused("logit_bias", "below 9", () -> biased.checkVocabulary(9));
  }

  @Test
  void takesTheEndsOfEveryRange() {
    assertThat(BASE.withTemperature(2).withTopP(Float.MIN_VALUE).withMinP(1).greedy()).isFalse();
    assertThat(BASE.withTopK(-1).topK()).isZero();
    assertThat(BASE.withLogprobs(20).withPenalties(new Penalties(Float.MIN_VALUE, -2, 2)).greedy())
        .isTrue();
    assertThat(Stopping.DEFAULT.withMaxTokens(5).withMinTokens(5).minTokens()).isEqualTo(5);
  }

  @Test
  void temperaturesNearZeroAreGreedy() {
    assertThat(BASE.withTemperature(0.9e-5f).greedy()).isTrue();
    assertThat(BASE.withTemperature(1e-5f).greedy()).isFalse();
  }

  private static Stopping stopTokens(Set<Integer> ids) {
    return Stopping.DEFAULT.withTokenIds(ids);
  }

  private static void assertRefused(String field, String allowed, ThrowingCallable make) {
    assertThatThrownBy(make)
        .isInstanceOfSatisfying(
            InvalidInput.class,
            refusal -> assertThat(refusal.field()).isEqualTo("sampling." + field))
        .hasMessageContaining(allowed);
  }
}
