package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.ReferenceAnswer;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.service.wire.ClientStream;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeSummary;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.FinishReason;
import dev.argus.v1.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A decoder behind a server, over a model whose answers are known. */
@Timeout(60)
abstract class DecodeCalls {
  static final PromptLayout WORDS = words(6);
  static final PromptLayout PICTURES = pictures(12, new VisualSpan(2, 3), new VisualSpan(7, 2));
  static final Sampling TEN_TOKENS =
      Sampling.newBuilder().setMaxTokens(10).setIgnoreEos(true).build();

  DecodeServer server = new DecodeServer(2, DecodeServer.LIMITS);

  @AfterEach
  void close() {
    server.close();
  }

  void answerWords() {
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, TEN_TOKENS));
      call.halfClose();
      Answer answer = Answer.read(call);

      ReferenceAnswer expected = expected(WORDS, 10);
      assertThat(answer.tokens).isEqualTo(expected.tokens());
      assertThat(answer.text).hasToString(expected.text());
      assertThat(answer.summary.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
      assertThat(answer.summary.getCompletionTokens()).isEqualTo(10);
      assertThat(answer.summary.getActivitiesList())
          .extracting(Activity::getKind)
          .contains(
              ActivityKind.ACTIVITY_KIND_QUEUE,
              ActivityKind.ACTIVITY_KIND_PREFILL,
              ActivityKind.ACTIVITY_KIND_DECODE);
    }
  }

  void answerPictures() throws InterruptedException {
    try (var call = server.call()) {
      call.send(DecodeServer.header(PICTURES, TEN_TOKENS));
      server.awaitLog("AWAITING_VISUAL");
      call.send(DecodeServer.visual(DecodeServer.visual(1, 2)));
      call.send(DecodeServer.visual(DecodeServer.visual(0, 3)));
      call.halfClose();
      Answer answer = Answer.read(call);
      assertThat(answer.tokens).isEqualTo(expected(PICTURES, 10).tokens());
      assertThat(answer.summary.getActivitiesList())
          .extracting(Activity::getKind)
          .contains(ActivityKind.ACTIVITY_KIND_WAIT_VISUAL);
    }
  }

  void restart(SchedulerLimits limits) {
    server.close();
    server = new DecodeServer(2, limits);
  }

  void failureOf(DecodeRequest... requests) {
    try (var call = server.call()) {
      for (DecodeRequest request : requests) {
        call.send(request);
      }
      call.halfClose();
      Answer.read(call);
    }
  }

  ReferenceAnswer expected(PromptLayout layout, int maxTokens) {
    var greedy =
        dev.argus.base.sampling.Sampling.GREEDY.withStopping(
            Stopping.DEFAULT.withIgnoreEndOfSequence(true));
    return ReferenceAnswer.of(layout, 0, greedy, maxTokens, server.model);
  }

  static int roomFor(PromptLayout layout) {
    return DecodeServer.CAPACITY - layout.tokenIds().length;
  }

  static PromptLayout words(int length) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> 2 + i);
    return new PromptLayout(ids, List.of());
  }

  static PromptLayout pictures(int length, VisualSpan... spans) {
    int[] ids = words(length).tokenIds();
    for (VisualSpan span : spans) {
      Arrays.fill(ids, span.position(), span.position() + span.length(), DecodeServer.IMAGE);
    }
    return new PromptLayout(ids, List.of(spans));
  }

  /** What a client got. */
  record Answer(List<Integer> tokens, StringBuilder text, DecodeSummary summary) {
    static Answer read(ClientStream<DecodeRequest, DecodeResponse> call) {
      List<Integer> tokens = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      Optional<DecodeResponse> response = call.next();
      if (response.orElseThrow().hasAdmitted()) {
        response = call.next();
      }
      while (response.isPresent() && response.get().hasToken()) {
        tokens.addAll(response.get().getToken().getIdsList());
        text.append(response.get().getToken().getText());
        response = call.next();
      }
      DecodeSummary summary = response.orElseThrow().getSummary();
      assertThat(call.next()).as("the summary is the last message").isEmpty();
      return new Answer(tokens, text, summary);
    }
  }
}
