package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.Letters;
import dev.argus.decoder.core.ReferenceAnswer;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.service.wire.ClientStream;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeSummary;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Choices;
import dev.argus.v1.FinishReason;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Sampling;
import dev.argus.v1.Token;
import dev.argus.v1.TokenLogprobs;
import io.grpc.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecodeRpcTest {
  private static final PromptLayout WORDS = words(6);
  private static final PromptLayout PICTURES =
      pictures(12, new VisualSpan(2, 3), new VisualSpan(7, 2));
  private static final Sampling TEN_TOKENS =
      Sampling.newBuilder().setMaxTokens(10).setIgnoreEos(true).build();

  private DecodeServer server = new DecodeServer(2, DecodeServer.LIMITS);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void streamsTheAnswerThenTheSummary() {
    answerWords();
  }

  @Test
  void takesVisualTokensInAnyOrder() throws InterruptedException {
    answerPictures();
  }

  private void answerWords() {
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

  private void answerPictures() throws InterruptedException {
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
  void keepsAnAnswerToItsForm() {
    var format = ResponseFormat.newBuilder().setRegex("(2|3){4}(5|6|7)*");
    try (var call = server.call()) {
      call.send(DecodeServer.header(formed(format, Sampling.newBuilder().setMaxTokens(30))));
      call.halfClose();
      Answer answer = Answer.read(call);

      assertThat(spelled(answer.tokens)).matches("(2|3){4}(5|6|7)*");
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

      assertThat(spelled(answer.tokens)).isEqualTo("2345");
      assertThat(answer.tokens).doesNotContain(Letters.END);
      assertThat(answer.summary.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
      assertThat(answer.summary.getCompletionTokens()).isEqualTo(answer.tokens.size());
    }
  }

  @Test
  void anAnswerInAFormDoesNotDependOnOthers() {
    var hot = Sampling.newBuilder().setMaxTokens(40).setTemperature(2).setSeed(5);
    var form = ResponseFormat.newBuilder().setRegex("[1-9]{20}");
    var other = ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance());
    List<Integer> alone = ask(formed(form, hot)).tokens;
    try (var first = server.call();
        var second = server.call()) {
      first.send(DecodeServer.header(formed(other, hot)));
      second.send(DecodeServer.header(formed(form, hot)));
      first.halfClose();
      second.halfClose();

      assertThat(Answer.read(second).tokens).isEqualTo(alone).hasSizeGreaterThan(5);
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

      assertThat(spelled(answer.tokens)).matches("[1-9]+8");
      assertThat(answer.summary.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
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
      tokens += ask(formed(format, Sampling.newBuilder().setMaxTokens(9))).tokens.size();
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

  @Test
  void endsAtAStopToken() {
    int stop = expected(WORDS, 10).tokens().get(4);
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, TEN_TOKENS.toBuilder().addStopTokenIds(stop).build()));
      call.halfClose();
      Answer answer = Answer.read(call);
      assertThat(answer.tokens).last().isEqualTo(stop);
      assertThat(answer.tokens).hasSizeLessThanOrEqualTo(5);
      assertThat(answer.summary.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
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
      assertThat(answer.text).hasToString(whole.substring(0, whole.indexOf(stop)));
      assertThat(answer.summary.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
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
  void refusesWhenSlotsAndQueueAreFull() throws InterruptedException {
    try (var first = server.call();
        var second = server.call()) {
      for (var call : List.of(first, second)) {
        call.send(DecodeServer.header(PICTURES, TEN_TOKENS));
        server.awaitLog("AWAITING_VISUAL");
      }
      Overloaded refusal =
          catchThrowableOfType(
              Overloaded.class, () -> failureOf(DecodeServer.header(WORDS, TEN_TOKENS)));
      assertThat(refusal.retryAfter()).isPositive();
    }
  }

  @Test
  void aCancelledStreamFreesItsSlotWithinOneStep() throws InterruptedException {
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, endless()));
      awaitToken(call);
      server.awaitLog("used 1");
      assertThat(server.gauge("argus.decoder.slots.used")).isEqualTo(1);

      call.cancel(new Cancelled("enough"));

      server.awaitLog("FAILED");
      assertThat(server.nextLog()).isEqualTo("used 0"); // No call of the model before it.
      assertThat(server.gauge("argus.decoder.slots.used")).isZero();
    }
  }

  @Test
  void aDeadlineEndsAStreamThatWaits() throws InterruptedException {
    try (var call = withDeadline(Duration.ofSeconds(1))) {
      call.send(DecodeServer.header(PICTURES, TEN_TOKENS));
      assertThatThrownBy(() -> Answer.read(call)).isInstanceOf(DeadlineExpired.class);
      server.awaitLog("FAILED");
      assertThat(server.nextLog()).isEqualTo("used 0");
    }
  }

  @Test
  void aDeadlineEndsAStreamThatGenerates() throws InterruptedException {
    try (var call = withDeadline(Duration.ofSeconds(2))) {
      call.send(DecodeServer.header(WORDS, endless()));
      awaitToken(call);
      server.awaitLog("PAUSED");
      server.awaitLog("FAILED"); // By the deadline: the reader's own limit is far away.
      assertThatThrownBy(() -> Answer.read(call)).isInstanceOf(DeadlineExpired.class);
    }
  }

  @Test
  void aSlowReaderPausesItsSequenceAndLosesNothing() throws InterruptedException {
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, endless()));
      call.halfClose();
      server.awaitLog("PAUSED");
      Answer answer = Answer.read(call);
      assertThat(answer.tokens).isEqualTo(expected(WORDS, roomFor(WORDS)).tokens());
      assertThat(answer.summary.getActivitiesList())
          .extracting(Activity::getKind)
          .contains(ActivityKind.ACTIVITY_KIND_WAIT_READER);
    }
  }

  @Test
  void aReaderThatStoppedIsDropped() throws InterruptedException {
    restart(
        new SchedulerLimits(
            8,
            16,
            0,
            4,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(200),
            true));
    try (var call = server.call()) {
      call.send(DecodeServer.header(WORDS, endless()));
      server.awaitLog("PAUSED");
      server.awaitLog("FAILED");
      assertThat(server.nextLog()).isEqualTo("used 0");
      assertThatThrownBy(() -> Answer.read(call)).isInstanceOf(Cancelled.class);
    }
  }

  @Test
  void aStreamWithoutAHeaderEnds() {
    restart(
        new SchedulerLimits(
            8,
            16,
            0,
            4,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            true));
    try (var call = server.call()) {
      assertThatThrownBy(call::next).isInstanceOf(DeadlineExpired.class);
    }
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

  private void restart(SchedulerLimits limits) {
    server.close();
    server = new DecodeServer(2, limits);
  }

  private void failureOf(DecodeRequest... requests) {
    try (var call = server.call()) {
      for (DecodeRequest request : requests) {
        call.send(request);
      }
      call.halfClose();
      Answer.read(call);
    }
  }

  private ClientStream<DecodeRequest, DecodeResponse> withDeadline(Duration deadline) {
    var timer = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    Context.CancellableContext context =
        Context.current().withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS, timer);
    try {
      return context.call(server::call);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ReferenceAnswer expected(PromptLayout layout, int maxTokens) {
    var greedy =
        dev.argus.base.sampling.Sampling.GREEDY.withStopping(
            Stopping.DEFAULT.withIgnoreEndOfSequence(true));
    return ReferenceAnswer.of(layout, 0, greedy, maxTokens, server.model);
  }

  private static Sampling endless() {
    return Sampling.newBuilder().setIgnoreEos(true).build();
  }

  private static int roomFor(PromptLayout layout) {
    return DecodeServer.CAPACITY - layout.tokenIds().length;
  }

  private static PromptLayout words(int length) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> 2 + i);
    return new PromptLayout(ids, List.of());
  }

  private static PromptLayout pictures(int length, VisualSpan... spans) {
    int[] ids = words(length).tokenIds();
    for (VisualSpan span : spans) {
      Arrays.fill(ids, span.position(), span.position() + span.length(), DecodeServer.IMAGE);
    }
    return new PromptLayout(ids, List.of(spans));
  }

  private static void awaitToken(ClientStream<DecodeRequest, DecodeResponse> call) {
    assertThat(call.next().orElseThrow().hasAdmitted()).isTrue();
    assertThat(call.next().orElseThrow().hasToken()).isTrue();
  }

  /** What a client got. */
  private record Answer(List<Integer> tokens, StringBuilder text, DecodeSummary summary) {
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
