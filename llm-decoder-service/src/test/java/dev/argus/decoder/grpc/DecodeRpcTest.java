package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.v1.FinishReason;
import dev.argus.v1.Token;
import dev.argus.v1.TokenLogprobs;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeRpcTest extends DecodeCalls {
  @Test
  void streamsTheAnswerThenTheSummary() {
    answerWords();
  }

  @Test
  void takesVisualTokensInAnyOrder() throws InterruptedException {
    answerPictures();
  }

  @Test
  void tellsLogprobsWithEachToken() {
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, TEN_TOKENS.toBuilder().setLogprobs(3).build()));
      call.halfClose();
      int tokens = 0;
      assertThat(call.next().orElseThrow().hasAdmitted()).isTrue();
      for (var response = call.next(); response.orElseThrow().hasToken(); response = call.next()) {
        Token token = response.get().getToken();
        assertThat(token.getLogprobsCount()).isEqualTo(token.getIdsCount());
        for (int i = 0; i < token.getIdsCount(); i++) {
          assertGreedy(token.getIds(i), token.getLogprobs(i));
        }
        tokens += token.getIdsCount();
      }
      assertThat(tokens).isEqualTo(10);
    }
  }

  private static void assertGreedy(int id, TokenLogprobs logprobs) {
    assertThat(logprobs.getChosen().getId()).isEqualTo(id);
    assertThat(logprobs.getChosen().getLogprob()).isNegative();
    assertThat(logprobs.getChosen().getBytes().toStringUtf8()).isEqualTo(Integer.toString(id));
    assertThat(logprobs.getTopList()).hasSize(3).first().isEqualTo(logprobs.getChosen());
  }

  @Test
  void endsAtAStopToken() {
    int stop = expected(WORDS, 10).tokens().get(4);
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, TEN_TOKENS.toBuilder().addStopTokenIds(stop).build()));
      call.halfClose();
      Answer answer = Answer.read(call);
      assertThat(answer.tokens()).last().isEqualTo(stop);
      assertThat(answer.tokens()).hasSizeLessThanOrEqualTo(5);
      assertThat(answer.summary().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    }
  }

  @Test
  void endsAtAStopString() {
    String whole = expected(WORDS, 10).text();
    String stop = whole.substring(4, 6);
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, TEN_TOKENS.toBuilder().addStop(stop).build()));
      call.halfClose();
      Answer answer = Answer.read(call);
      assertThat(answer.text()).hasToString(whole.substring(0, whole.indexOf(stop)));
      assertThat(answer.summary().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    }
  }

  @Test
  void refusesAnotherCheckpoint() {
    var header = DecodeServer.header(WORDS);
    header.getCheckpointBuilder().setFingerprint("f".repeat(64));
    assertThatThrownBy(() -> failureOf(DecodeServer.header(header)))
        .isInstanceOf(WrongCheckpoint.class);
  }

  @Test
  void refusesAnUnknownModel() {
    var header = DecodeServer.header(WORDS);
    header.getCheckpointBuilder().setModel("other");
    assertThatThrownBy(() -> failureOf(DecodeServer.header(header)))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("fake");
  }

  @Test
  void aModelFaultEndsTheStreamAndTheServerGoesOn() {
    server.model.failNext();
    assertThatThrownBy(() -> failureOf(DecodeServer.header(WORDS, TEN_TOKENS)))
        .isInstanceOf(ModelFault.class);
    answerWords();
  }

  @Test
  void writesSpansBelowTheCallsSpan() throws InterruptedException {
    answerPictures();
    server.close(); // Ends the server's spans.

    List<SpanData> spans = server.spans.getFinishedSpanItems();
    SpanData call =
        spans.stream().filter(span -> span.getKind() == SpanKind.SERVER).findAny().orElseThrow();
    assertThat(spans)
        .filteredOn(span -> span.getName().startsWith("argus.decoder."))
        .allMatch(span -> span.getParentSpanId().equals(call.getSpanId()))
        .extracting(SpanData::getName)
        .contains("argus.decoder.prefill", "argus.decoder.decode");
  }

  @Test
  void countsTokensAndSteps() throws InterruptedException {
    answerWords();
    server.awaitLog("FINISHED");
    server.awaitLog("used 0");
    assertThat(server.metric("argus.decoder.tokens").getLongSumData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getValue()).isEqualTo(10));
    assertThat(server.metric("argus.decoder.step.duration").getHistogramData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getCount()).isEqualTo(10));
    assertThat(server.metric("argus.decoder.first_token.duration").getHistogramData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getCount()).isEqualTo(1));
    assertThat(server.gauge("argus.decoder.queue.depth")).isZero();
  }
}
