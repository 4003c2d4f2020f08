package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.Letters;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Choices;
import dev.argus.v1.FinishReason;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Sampling;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DecodeFormsTest extends DecodeCalls {
  @Test
  void keepsAnAnswerToItsForm() {
    var format = ResponseFormat.newBuilder().setRegex("(2|3){4}(5|6|7)*");
    try (var call = server.call()) {
      call.send(DecodeServer.header(formed(format, Sampling.newBuilder().setMaxTokens(30))));
      call.halfClose();
      Answer answer = Answer.read(call);

      assertThat(spelled(answer.tokens())).matches("(2|3){4}(5|6|7)*");
    }
  }

  private static String spelled(List<Integer> tokens) {
    return tokens.stream()
        .filter(id -> id != Letters.END)
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  @Test
  void anAnswerThatNothingCanFollowEndsWithoutAnEndToken() {
    var format = ResponseFormat.newBuilder().setChoices(Choices.newBuilder().addValues("2345"));
    try (var call = server.call()) {
      call.send(DecodeServer.header(formed(format, Sampling.newBuilder().setMaxTokens(30))));
      call.halfClose();
      Answer answer = Answer.read(call);

      assertThat(spelled(answer.tokens())).isEqualTo("2345");
      assertThat(answer.tokens()).doesNotContain(Letters.END);
      assertThat(answer.summary().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
      assertThat(answer.summary().getCompletionTokens()).isEqualTo(answer.tokens().size());
    }
  }

  @Test
  void anAnswerInAFormDoesNotDependOnOthers() {
    var hot = Sampling.newBuilder().setMaxTokens(40).setTemperature(2).setSeed(5);
    var form = ResponseFormat.newBuilder().setRegex("[1-9]{20}");
    var other = ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance());
    List<Integer> alone = ask(formed(form, hot)).tokens();
    try (var first = server.call();
        var second = server.call()) {
      first.send(DecodeServer.header(formed(other, hot)));
      second.send(DecodeServer.header(formed(form, hot)));
      first.halfClose();
      second.halfClose();

      assertThat(Answer.read(second).tokens()).isEqualTo(alone).hasSizeGreaterThan(5);
    }
  }

  private Answer ask(DecodeHeader.Builder header) {
    try (var call = server.call()) {
      call.send(DecodeServer.header(header));
      call.halfClose();
      return Answer.read(call);
    }
  }

  @Test
  void anAnswerThatMustBeShortIsWholeAndSaysSo() {
    var format = ResponseFormat.newBuilder().setRegex("[1-9]+8");
    try (var call = server.call()) {
      call.send(DecodeServer.header(formed(format, Sampling.newBuilder().setMaxTokens(6))));
      call.halfClose();
      Answer answer = Answer.read(call);

      assertThat(spelled(answer.tokens())).matches("[1-9]+8");
      assertThat(answer.summary().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    }
  }

  @Test
  void sendsEachRegionAfterItsTokens() {
    var format = ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance());
    try (var call = server.call()) {
      call.send(
          DecodeServer.header(
              formed(format, Sampling.newBuilder().setMaxTokens(50).setTemperature(1).setSeed(3))));
      call.halfClose();
      List<Integer> tokens = new ArrayList<>();
      int regions = 0;
      for (var next = call.next(); next.isPresent(); next = call.next()) {
        DecodeResponse response = next.get();
        tokens.addAll(response.getToken().getIdsList());
        assertThat(response.getToken().getLogprobsCount()).as("unasked").isZero();
        if (response.hasRegion()) {
          checkRegion(response.getRegion(), tokens);
          regions++;
        }
      }
      assertThat(regions).isPositive();
      assertThat(regions).isEqualTo(tokens.stream().filter(id -> id >= 40).count() / 4);
    }
  }

  private static void checkRegion(NamedRegion region, List<Integer> tokens) {
    List<Integer> own = tokens.subList(region.getFirstToken(), region.getEndToken());
    int places = own.size() - 4;
    assertThat(own.subList(places, own.size())).allMatch(id -> id >= 40);
    assertThat(region.getLabel()).isEqualTo(spelled(own.subList(0, places)));
    assertThat((double) region.getBox().getXMin())
        .isCloseTo((Math.min(own.get(places), own.get(places + 2)) - 40 + 0.5) / 10, within(1e-6));
    assertThat(region.getConfidence()).isBetween(1e-6f, 1f);
  }

  @Test
  void refusesAFormThatCannotBeKept() {
    assertRefused(
        ResponseFormat.newBuilder()
            .setJsonSchema(JsonSchema.newBuilder().setSchema("{\"oneOf\": []}")),
        Sampling.newBuilder(),
        "response_format.json_schema.schema at $.oneOf is not supported here");
    assertRefused(
        ResponseFormat.newBuilder().setRegex("a+"), // The model's tokens spell digits alone.
        Sampling.newBuilder(),
        "response_format.regex allows no text that can be finished");
    assertRefused(
        ResponseFormat.newBuilder().setRegex("1+"),
        Sampling.newBuilder().setMinTokens(2),
        "sampling.min_tokens must not be set with response_format");
    assertRefused(
        ResponseFormat.newBuilder().setRegex("1+"),
        Sampling.newBuilder().setIgnoreEos(true),
        "sampling.ignore_eos must not be set with response_format");
    assertRefused(ResponseFormat.newBuilder(), Sampling.newBuilder(), "response_format.kind");
  }

  private void assertRefused(
      ResponseFormat.Builder format, Sampling.Builder sampling, String problem) {
    try (var call = server.call()) {
      call.send(DecodeServer.header(formed(format, sampling)));
      assertThatThrownBy(call::next).isInstanceOf(InvalidInput.class).hasMessageContaining(problem);
    }
  }

  @Test
  void refusesAnAnswerThatThereIsNoRoomFor() {
    assertRefused(
        ResponseFormat.newBuilder().setRegex("1{20}"),
        Sampling.newBuilder().setMaxTokens(7),
        "sampling.max_tokens leaves room for 7 tokens");
  }

  @Test
  void measuresWhatAFormCosts() {
    var format = ResponseFormat.newBuilder().setRegex("[1-9]{4}");
    int tokens = 0;
    for (int i = 0; i < 2; i++) {
      tokens += ask(formed(format, Sampling.newBuilder().setMaxTokens(9))).tokens().size();
    }
    int masks = tokens;
    server.close(); // Ends the server's spans.

    assertThat(server.metric("argus.decoder.form.mask.duration").getHistogramData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getCount()).isEqualTo(masks));
    assertThat(server.metric("argus.decoder.form.compile.duration").getHistogramData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getCount()).isEqualTo(1));
    assertThat(server.metric("argus.decoder.forms").getLongSumData().getPoints())
        .extracting(point -> point.getAttributes().get(AttributeKey.booleanKey("kept")))
        .containsExactlyInAnyOrder(false, true);
    assertThat(server.spans.getFinishedSpanItems())
        .filteredOn(span -> span.getKind() == SpanKind.SERVER)
        .hasSize(2)
        .allSatisfy(span -> {
          assertThat(span.getAttributes().get(AttributeKey.stringKey("argus.decoder.form")))
              .isEqualTo("regex");
          assertThat(
                  span.getAttributes().get(AttributeKey.doubleKey("argus.decoder.form.compile_ms")))
              .isPositive();
          assertThat(span.getAttributes().get(AttributeKey.doubleKey("argus.decoder.form.mask_ms")))
              .isPositive();
        });
  }

  private static DecodeHeader.Builder formed(
      ResponseFormat.Builder format, Sampling.Builder sampling) {
    return DecodeServer.header(WORDS).setSampling(sampling).setResponseFormat(format);
  }
}
