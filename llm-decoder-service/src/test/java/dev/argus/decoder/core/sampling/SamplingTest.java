package dev.argus.decoder.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 2.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesTemperature(float value) {
    assertRefused("sampling.temperature", "from 0 to 2", () -> make(1, value, 1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0.5f, 1.01f, Float.NaN, Float.NEGATIVE_INFINITY})
  void refusesTopP(float value) {
    assertRefused("sampling.top_p", "above 0 and at most 1", () -> make(1, 0, value, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 1.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesMinP(float value) {
    assertRefused("sampling.min_p", "from 0 to 1", () -> make(1, 0, 1, 0, value));
  }

  @Test
  void refusesNegativeTopK() {
    assertRefused("sampling.top_k", "1 or more, or 0", () -> make(1, 0, 1, -1, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void refusesMaxTokens(int value) {
    assertRefused("sampling.max_tokens", "1 or more", () -> make(value, 0, 1, 0, 0));
  }

  @Test
  void refusesStopStrings() {
    assertRefused("sampling.stop", "at most 16", () -> stopping(Collections.nCopies(17, "a")));
    assertRefused("sampling.stop[1]", "1 to 256", () -> stopping(List.of("a", "")));
    assertRefused("sampling.stop[0]", "1 to 256", () -> stopping(List.of("é".repeat(257))));
    assertThatCode(() -> stopping(List.of("😀".repeat(256)))).doesNotThrowAnyException();
  }

  @Test
  void takesTheEndsOfEveryRange() {
    assertThat(make(1, 0, 1, 0, 0).greedy()).isTrue();
    assertThat(make(Integer.MAX_VALUE, 2, Float.MIN_VALUE, 1, 1).greedy()).isFalse();
  }

  private static Sampling make(int maxTokens, float temperature, float topP, int topK, float minP) {
    return new Sampling(
        OptionalInt.of(maxTokens), temperature, topP, topK, minP, 0, List.of(), false);
  }

  private static Sampling stopping(List<String> stop) {
    return new Sampling(OptionalInt.empty(), 0, 1, 0, 0, 0, stop, false);
  }

  private static void assertRefused(String field, String allowed, ThrowingCallable make) {
    assertThatThrownBy(make)
        .isInstanceOfSatisfying(
            InvalidInput.class, refusal -> assertThat(refusal.field()).isEqualTo(field))
        .hasMessageContaining(allowed);
  }
}
