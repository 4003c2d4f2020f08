package dev.argus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiErrorTest {
  @Test
  void everyFailureHasItsHttpCode() {
    assertThat(ApiError.of(new InvalidInput("n", "is wrong")).status()).isEqualTo(400);
    assertThat(ApiError.of(new NotFound("no model")).status()).isEqualTo(404);
    assertThat(ApiError.of(new Overloaded("full", Duration.ofSeconds(2))).status()).isEqualTo(429);
    assertThat(ApiError.of(new Cancelled("gone")).status()).isEqualTo(499);
    assertThat(ApiError.of(new ModelFault("broken", null)).status()).isEqualTo(500);
    assertThat(ApiError.of(new WrongCheckpoint("another")).status()).isEqualTo(500);
    assertThat(ApiError.of(new Upstream("away", null)).status()).isEqualTo(503);
    assertThat(ApiError.of(new DeadlineExpired("late")).status()).isEqualTo(504);
  }

  @Test
  void isWrittenAsOpenAiDoes() {
    assertThat(ApiError.of(new NotFound("There is no model \"x\"")).toJson())
        .isEqualTo(
            "{\"error\":{\"message\":\"There is no model \\\"x\\\"\",\"type\":\"invalid_request_error\","
                + "\"param\":\"model\",\"code\":\"model_not_found\"}}");
    assertThat(ApiError.of(new Overloaded("full", Duration.ofSeconds(2))).retryAfter())
        .contains(Duration.ofSeconds(2));
  }

  @Test
  void aBugTellsAnIncidentAndNothingElse() {
    ApiError error = ApiError.of(new IllegalStateException("secret"));

    assertThat(error.status()).isEqualTo(500);
    assertThat(error.message()).startsWith("Internal error (incident ").doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "sampling.temperature, temperature",
    "sampling.logprobs, top_logprobs",
    "priority, argus.priority",
    "response_format.json_schema.schema, response_format.json_schema.schema",
    "response_format.regex, argus.response_format.regex",
    "response_format.choices.values[1], argus.response_format.choice[1]",
    "response_format.regions, argus.response_format",
    "messages[0].content[1].image.data, messages[0].content[1].image_url.url",
    "messages[0].content[1].image, messages[0].content[1].image_url.url",
    "messages[2].content[0].text, messages[2].content[0].text",
  })
  void fieldsHaveTheNamesThatTheClientGaveThem(String core, String told) {
    ApiError error = ApiError.of(new InvalidInput(core, "is wrong"));

    assertThat(error.param()).isEqualTo(told);
    assertThat(error.message()).isEqualTo(told + " is wrong");
  }
}
