package dev.argus.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.gateway.core.Answer.StageActivity;
import dev.argus.gateway.core.StageEvent.Admitted;
import dev.argus.gateway.core.StageEvent.Finished;
import dev.argus.gateway.core.StageEvent.Generated;
import dev.argus.gateway.core.StageEvent.Planned;
import dev.argus.gateway.core.StageEvent.Relayed;
import dev.argus.gateway.core.StageEvent.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OrchestrationTest {
  private final Overloaded full = new Overloaded("Full", Duration.ofSeconds(2));

  private final FakeStages stages = new FakeStages();
  private final FakeClient client = new FakeClient();
  private final AtomicLong clock = new AtomicLong(1000);
  private final Orchestration orchestration = new Orchestration(stages, client, true, clock::get);

  @Test
  void aPlanThatIsRefusedOpensNoOtherStage() {
    stages.preprocess.emit(plan(2));
    client.refusal = full;

    assertThatThrownBy(orchestration::run).isSameAs(full);

    assertThat(stages.preprocess.cancelled).isSameAs(full);
    assertThat(stages.opened).containsExactly(stages.preprocess);
    assertThat(client.aborted).isSameAs(full);
  }

  @Test
  void tilesGoToTheEncoderAndVisualTokensToTheDecoder() throws Exception {
    stages.preprocess.emit(plan(2)).emit(tile(0)).emit(tile(1)).emit(new Finished(List.of(), 0));
    encodeEach();
    decodeAtHalfClose("a", "b");

    Answer answer = orchestration.run();

    assertThat(stages.encoder.received()).isEqualTo("tile 0");
    assertThat(stages.encoder.received()).isEqualTo("tile 1");
    assertThat(stages.encoder.received()).isEqualTo(FakeStream.HALF_CLOSE);
    assertThat(stages.decoder.received()).isEqualTo("visual tile 0");
    assertThat(stages.decoder.received()).isEqualTo("visual tile 1");
    assertThat(stages.decoder.received()).isEqualTo(FakeStream.HALF_CLOSE);
    assertThat(client.tokens).containsExactly("a", "b");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.completionTokens()).isEqualTo(2);
    assertThat(answer.plan().tiles()).isEqualTo(2);
  }

  @Test
  void aTileIsOnItsWayBeforeTheNextIsCut() throws Exception {
    stages.preprocess.emit(plan(2)).emit(tile(0));
    encodeEach();
    Future<Answer> answer = start();

    assertThat(stages.encoder.received()).isEqualTo("tile 0");
    assertThat(stages.decoder.received()).isEqualTo("visual tile 0");

    decodeAtHalfClose("a");
    stages.preprocess.emit(tile(1)).emit(new Finished(List.of(), 0));
    assertThat(answer.get().completionTokens()).isEqualTo(1);
  }

  @Test
  void tokensReachTheClientWhileOthersAreMade() throws Exception {
    stages.preprocess.emit(plan(0)).emit(new Finished(List.of(), 0));
    stages.decoder.emit(new Tokens("a"));
    Future<Answer> answer = start();

    assertThat(client.next()).isEqualTo("a");

    stages.decoder.emit(new Tokens("b")).emit(generated(2));
    assertThat(answer.get().completionTokens()).isEqualTo(2);
  }

  @Test
  void withoutPicturesTheEncoderIsNotOpened() throws Exception {
    stages.preprocess.emit(plan(0)).emit(new Finished(List.of(), 0));
    decodeAtHalfClose("a");

    orchestration.run();

    assertThat(stages.opened).containsExactly(stages.preprocess, stages.decoder);
    assertThat(stages.decoder.received()).isEqualTo(FakeStream.HALF_CLOSE);
  }

  @Test
  void activitiesArePlacedOnTheGatewaysClock() throws Exception {
    Future<Answer> running = start();
    assertThat(stages.preprocessing.await(10, TimeUnit.SECONDS)).isTrue();
    clock.set(1500);
    stages
        .preprocess
        .emit(plan(1))
        .emit(tile(0))
        .emit(new Finished(List.of(new Activity(ActivityKind.RESIZE, 7, 20, 1)), 0));
    assertThat(stages.encoder.received()).isEqualTo("tile 0");
    clock.set(2500);
    stages
        .encoder
        .emit(new Relayed(0, "visual"))
        .emit(new Finished(List.of(new Activity(ActivityKind.ENCODE, 10, 30, 1)), 0));
    stages.decoder.emit(new Tokens("a"));
    assertThat(client.next()).isEqualTo("a");
    clock.set(4000);
    stages.decoder.emit(
        new Generated(
            FinishReason.LENGTH, 1, 0, List.of(new Activity(ActivityKind.PREFILL, 5, 40, 9))));

    Answer answer = running.get();

    assertThat(answer.activities())
        .containsExactlyInAnyOrder(
            new StageActivity(StageName.PREPROCESS, new Activity(ActivityKind.RESIZE, 7, 20, 1)),
            new StageActivity(StageName.ENCODER, new Activity(ActivityKind.ENCODE, 510, 30, 1)),
            new StageActivity(StageName.DECODER, new Activity(ActivityKind.PREFILL, 505, 40, 9)));
    assertThat(answer.ttftNanos()).isBetween(500L, 1500L);
    assertThat(answer.totalNanos()).isEqualTo(3000);
  }

  @Test
  void anErrorOnOneThreadEndsTheOthersWaits() {
    stages.preprocess.emit(plan(1)).emit(tile(0));
    var error = new OutOfMemoryError("as for a message");
    stages.encoder.reacting(_ -> {
      throw error;
    });

    assertThatThrownBy(orchestration::run)
        .isInstanceOf(IllegalStateException.class)
        .hasCause(error);

    assertThat(stages.opened).allSatisfy(stage -> assertThat(stage.cancelled).isNotNull());
  }

  /** How far each stage gets before it fails. */
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("preprocess before the plan", fail(StageName.PREPROCESS, 0)),
        Arguments.of("preprocess before a tile", fail(StageName.PREPROCESS, 1)),
        Arguments.of("preprocess between tiles", fail(StageName.PREPROCESS, 2)),
        Arguments.of("preprocess before its summary", fail(StageName.PREPROCESS, 3)),
        Arguments.of("encoder before an answer", fail(StageName.ENCODER, 0)),
        Arguments.of("encoder between answers", fail(StageName.ENCODER, 1)),
        Arguments.of("encoder before its summary", fail(StageName.ENCODER, 2)),
        Arguments.of("decoder before a token", fail(StageName.DECODER, 0)),
        Arguments.of("decoder between tokens", fail(StageName.DECODER, 1)),
        Arguments.of("decoder before its summary", fail(StageName.DECODER, 2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void theFirstFailureCancelsAllStages(String name, Script script) {
    script.play(stages, full);

    assertThatThrownBy(orchestration::run).isSameAs(full);

    assertThat(stages.opened).allSatisfy(stage -> assertThat(stage.cancelled).isSameAs(full));
    assertThat(client.aborted).isSameAs(full);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void cancellationEndsItWhereverItIs(int steps) throws Exception {
    Future<Answer> answer = start();
    List<Callable<?>> progress =
        List.of(
            () -> stages.preprocess.emit(plan(2)),
            () -> stages.preprocess.emit(tile(0)),
            () -> {
              assertThat(stages.encoder.received()).isEqualTo("tile 0");
              return stages.encoder.emit(new Relayed(0, "visual"));
            },
            () -> stages.decoder.emit(new Tokens("a")));
    for (Callable<?> step : progress.subList(0, steps)) {
      step.call();
    }
    var reason = new DeadlineExpired("Over");

    orchestration.cancel(reason);

    assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class).hasCause(reason);
    assertThat(stages.opened).allSatisfy(stage -> assertThat(stage.cancelled).isSameAs(reason));
  }

  @Test
  void cancellationBeforeTheStartOpensNothing() {
    var reason = new Cancelled("Gone");
    orchestration.cancel(reason);

    assertThatThrownBy(orchestration::run).isSameAs(reason);

    assertThat(stages.preprocess.cancelled).isSameAs(reason);
    assertThat(stages.opened).doesNotContain(stages.decoder);
  }

  @Test
  void aFailureElsewhereEndsTheWaitForASlowClient() throws Exception {
    client.slow = new CountDownLatch(1);
    stages.preprocess.emit(plan(1));
    stages.decoder.emit(new Tokens("a"));
    Future<Answer> answer = start();
    assertThat(client.waiting.await(10, TimeUnit.SECONDS)).isTrue();

    stages.preprocess.fail(full);

    assertThatThrownBy(answer::get).hasCause(full);
  }

  @Test
  void aStalledClientEndsAllStages() {
    var stalled = new Cancelled("The reader took nothing for 30 s");
    client.failure = stalled;
    stages.preprocess.emit(plan(0)).emit(new Finished(List.of(), 0));
    stages.decoder.emit(new Tokens("a"));

    assertThatThrownBy(orchestration::run).isSameAs(stalled);
    assertThat(stages.decoder.cancelled).isSameAs(stalled);
  }

  @Test
  void aSlowClientHoldsItsTokensBack() throws Exception {
    client.slow = new CountDownLatch(1);
    stages.preprocess.emit(plan(0)).emit(new Finished(List.of(), 0));
    stages.decoder.emit(new Tokens("a")).emit(new Tokens("b")).emit(generated(2));
    Future<Answer> answer = start();
    assertThat(client.waiting.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(client.tokens).isEmpty();
    assertThat(answer.isDone()).isFalse();

    client.slow.countDown();
    assertThat(answer.get().completionTokens()).isEqualTo(2);
    assertThat(client.tokens).containsExactly("a", "b");
  }

  @Test
  void tilesThatTheDecoderHoldsGoNoFurther() throws Exception {
    stages
        .preprocess
        .emit(plan(3))
        .reacting(message ->
            stages
                .preprocess
                .emit(tile(1)) // Was cut already.
                .emit(tile(2))
                .emit(new Finished(List.of(), 0)));
    stages.decoder.emit(new Admitted(2));
    encodeEach();
    decodeAtHalfClose("a");

    Answer answer = orchestration.run();

    assertThat(stages.preprocess.received()).isEqualTo(new PreprocessMessage.Held(2));
    assertThat(stages.encoder.received()).isEqualTo("tile 2");
    assertThat(stages.encoder.received()).isEqualTo(FakeStream.HALF_CLOSE);
    assertThat(stages.decoder.received()).isEqualTo("visual tile 2");
    assertThat(stages.decoder.received()).isEqualTo(FakeStream.HALF_CLOSE);
    assertThat(answer.cachedTiles()).isEqualTo(2);
    assertThat(answer.plan().tiles()).isEqualTo(3);
  }

  @Test
  void aTileDoesNotWaitForTheDecodersWord() throws Exception {
    stages.preprocess.emit(plan(2)).emit(tile(0)).emit(tile(1)).emit(new Finished(List.of(), 0));
    encodeEach();
    Future<Answer> answer = start();
    assertThat(stages.encoder.received()).isEqualTo("tile 0");
    assertThat(stages.encoder.received()).isEqualTo("tile 1");

    decodeAtHalfClose("a");
    stages.decoder.emit(new Admitted(2)).emit(generated(0));

    assertThat(answer.get().cachedTiles()).isZero();
  }

  @Test
  void whatTheCachesSavedIsTold() {
    stages.preprocess.emit(plan(2)).emit(tile(0)).emit(tile(1)).emit(new Finished(List.of(), 0));
    stages.encoder.reacting(message ->
        stages.encoder.emit(
            message.equals(FakeStream.HALF_CLOSE)
                ? new Finished(List.of(), 1)
                : new Relayed(0, "visual")));
    stages.decoder.emit(new Admitted(0)).emit(new Tokens("a"));
    stages.decoder.emit(new Generated(FinishReason.STOP, 1, 7, List.of()));

    Answer answer = orchestration.run();

    assertThat(answer.cachedTokens()).isEqualTo(7);
    assertThat(answer.cachedTiles()).isEqualTo(1);
  }

  @Test
  void withoutOverlapAStageGetsItsWorkWhenTheOneBeforeHasEnded() throws Exception {
    var sequential = new Orchestration(stages, client, false, clock::get);
    stages.preprocess.emit(plan(2)).emit(tile(0)).emit(tile(1));
    Future<Answer> answer = start(sequential);
    assertThat(stages.encoder.receivedSoFar()).isEmpty();

    stages.preprocess.emit(new Finished(List.of(), 0));
    assertThat(stages.encoder.received()).isEqualTo("tile 0");
    assertThat(stages.encoder.received()).isEqualTo("tile 1");
    assertThat(stages.encoder.received()).isEqualTo(FakeStream.HALF_CLOSE);

    decodeAtHalfClose("a");
    stages.encoder.emit(new Relayed(0, "visual 0")).emit(new Relayed(1, "visual 1"));
    assertThat(stages.decoder.receivedSoFar()).isEmpty();
    stages.encoder.emit(new Finished(List.of(), 0));
    assertThat(stages.decoder.received()).isEqualTo("visual 0");
    assertThat(stages.decoder.received()).isEqualTo("visual 1");
    assertThat(answer.get().completionTokens()).isEqualTo(1);
  }

  @Test
  void tooFewOrTooManyTilesAreTheStagesFault() {
    assertFails(
        "The preprocess service ended 1 short of 2 tiles",
        faulty -> faulty.preprocess.emit(plan(2)).emit(tile(0)).emit(new Finished(List.of(), 0)));
    assertFails(
        "The preprocess service ended 1 short of 3 tiles",
        faulty -> faulty.preprocess.emit(plan(3)).emit(tile(0)).emit(tile(2)));
    assertFails(
        "The preprocess service sent tile 1 of 1 out of turn",
        faulty -> faulty.preprocess.emit(plan(1)).emit(tile(0)).emit(tile(1)));
    assertFails(
        "The preprocess service sent tile 0 of 2 out of turn",
        faulty -> faulty.preprocess.emit(plan(2)).emit(tile(0)).emit(tile(0)));
    assertFails(
        "The vision encoder service ended 1 short of 1 tiles",
        faulty -> {
          faulty.preprocess.emit(plan(1)).emit(tile(0)).emit(new Finished(List.of(), 0));
          faulty.encoder.reacting(message -> faulty.encoder.emit(new Finished(List.of(), 0)));
        });
  }

  private void assertFails(String message, Consumer<FakeStages> script) {
    var faulty = new FakeStages();
    script.accept(faulty);
    assertThatThrownBy(new Orchestration(faulty, client, true, clock::get)::run)
        .isInstanceOf(Upstream.class)
        .hasMessage(message);
  }

  static Stream<Arguments> attributions() {
    var field = new InvalidInput("sampling.top_p", "must be at most 1");
    return Stream.of(
        Arguments.of(StageName.PREPROCESS, new InvalidInput("messages", "x"), InvalidInput.class),
        Arguments.of(StageName.DECODER, field, InvalidInput.class),
        Arguments.of(StageName.DECODER, new InvalidInput("layout", "x"), ModelFault.class),
        Arguments.of(StageName.ENCODER, new InvalidInput("tile.side", "x"), ModelFault.class),
        Arguments.of(StageName.PREPROCESS, new NotFound("No model"), ModelFault.class),
        Arguments.of(StageName.DECODER, new WrongCheckpoint("Other"), ModelFault.class),
        Arguments.of(StageName.DECODER, new Cancelled("Draining"), Upstream.class),
        Arguments.of(StageName.DECODER, new DeadlineExpired("Late"), DeadlineExpired.class));
  }

  @ParameterizedTest
  @MethodSource("attributions")
  void theClientIsBlamedOnlyForItsOwnFields(
      StageName stage, ArgusException failure, Class<ArgusException> told) {
    fail(stage, 0).play(stages, failure);

    assertThatThrownBy(orchestration::run)
        .isInstanceOf(told)
        .hasMessageContaining(String.valueOf(failure.getMessage()));
  }

  private Future<Answer> start() {
    return start(orchestration);
  }

  private static Future<Answer> start(Orchestration orchestration) {
    var answer = new CompletableFuture<Answer>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(orchestration.run());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private void encodeEach() {
    stages.encoder.reacting(message ->
        stages.encoder.emit(
            message.equals(FakeStream.HALF_CLOSE)
                ? new Finished(List.of(), 0)
                : new Relayed(0, "visual " + message)));
  }

  private void decodeAtHalfClose(String... tokens) {
    stages.decoder.reacting(message -> {
      if (message.equals(FakeStream.HALF_CLOSE)) {
        Arrays.stream(tokens).forEach(token -> stages.decoder.emit(new Tokens(token)));
        stages.decoder.emit(generated(tokens.length));
      }
    });
  }

  /** Two tiles, and one stage that fails after so many events; the others wait or go on. */
  private static Script fail(StageName failing, int after) {
    return (stages, failure) -> {
      List<StageEvent> cut = List.of(plan(2), tile(0), tile(1));
      List<StageEvent> encoded = List.of(new Relayed(0, "visual 0"), new Relayed(1, "visual 1"));
      List<StageEvent> generated = List.of(new Tokens("a"), new Tokens("b"));
      emit(stages.preprocess, cut, failing == StageName.PREPROCESS, after, failure);
      answerTiles(stages.encoder, encoded, failing == StageName.ENCODER, after, failure);
      emit(stages.decoder, generated, failing == StageName.DECODER, after, failure);
    };
  }

  private static void emit(
      FakeStream stage, List<StageEvent> events, boolean fails, int after, ArgusException failure) {
    events.subList(0, fails ? after : events.size()).forEach(stage::emit);
    if (fails) {
      stage.fail(failure);
    }
  }

  /** As {@link #emit}, each in answer to a tile: no encoder answers before it is asked. */
  private static void answerTiles(
      FakeStream encoder,
      List<StageEvent> answers,
      boolean fails,
      int after,
      ArgusException failure) {
    Iterator<StageEvent> left = answers.subList(0, fails ? after : answers.size()).iterator();
    if (fails && !left.hasNext()) {
      encoder.fail(failure);
    }
    encoder.reacting(message -> {
      if (!message.equals(FakeStream.HALF_CLOSE) && left.hasNext()) {
        encoder.emit(left.next());
        if (fails && !left.hasNext()) {
          encoder.fail(failure);
        }
      }
    });
  }

  private static Planned plan(int tiles) {
    return new Planned(new PromptPlan("layout", tiles, 10 + 4 * tiles, 4 * tiles));
  }

  private static Relayed tile(int index) {
    return new Relayed(index, "tile " + index);
  }

  private static Generated generated(int tokens) {
    return new Generated(FinishReason.STOP, tokens, 0, List.of());
  }

  /** What the stages do. */
  interface Script {
    void play(FakeStages stages, ArgusException failure);
  }

  private static final class FakeClient implements Listener {
    final List<Object> tokens = new ArrayList<>();
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    final CountDownLatch waiting = new CountDownLatch(1);
    volatile CountDownLatch slow = new CountDownLatch(0);
    volatile @Nullable ArgusException failure;
    volatile @Nullable ArgusException aborted;
    @Nullable ArgusException refusal;

    Object next() throws InterruptedException {
      Object message = arrived.poll(10, TimeUnit.SECONDS);
      return message == null ? "nothing" : message;
    }

    @Override
    public void planned(PromptPlan plan) {
      if (refusal != null) {
        throw refusal;
      }
    }

    @Override
    public void region(Object message) {
      tokens(message);
    }

    @Override
    public void tokens(Object message) {
      waiting.countDown();
      try {
        slow.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      ArgusException reason = aborted != null ? aborted : failure;
      if (reason != null) {
        throw reason;
      }
      tokens.add(message);
      arrived.add(message);
    }

    @Override
    public void abort(ArgusException reason) {
      aborted = reason;
      slow.countDown();
    }
  }
}
