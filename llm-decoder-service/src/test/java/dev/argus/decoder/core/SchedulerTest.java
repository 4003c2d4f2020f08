package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerTest extends SchedulerSteps {
  @Test
  void answersAsTheModelAloneWould() {
    Reader reader = new Reader();
    submit(Prompts.text(10), ENDLESS, 20, reader);

    stepAndDeliver(reader, 30);

    ReferenceAnswer expected = ReferenceAnswer.of(Prompts.text(10), 0, ENDLESS, 20, model);
    assertThat(reader.tokens).isEqualTo(expected.tokens());
    assertThat(reader.text).hasToString(expected.text());
    assertThat(reader.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void decodesAllRunningSequencesInOneBatch() {
    submit(Prompts.text(3), ENDLESS, 20, new Reader());
    submit(Prompts.text(4), ENDLESS, 20, new Reader());
    scheduler.step();
    scheduler.step();
    calls.clear();

    scheduler.step();

    assertThat(calls).containsExactly("decode 2");
  }

  @ParameterizedTest
  @MethodSource
  void readsNoLogitsWhereTheModelSaysTheHighest(Sampling sampling) {
    assertAnswersWhereTheModelSaysTheHighest(sampling);

    assertThat(model.rowsRead()).isZero();
  }

  private void assertAnswersWhereTheModelSaysTheHighest(Sampling sampling) {
    model.saysHighest();
    Reader reader = new Reader();
    submit(Prompts.text(10), sampling, 20, reader);
    stepAndDeliver(reader, 30);

    ReferenceAnswer expected = ReferenceAnswer.of(Prompts.text(10), 0, sampling, 20, model);
    assertThat(reader.tokens).hasSize(20).isEqualTo(expected.tokens());
  }

  static List<Sampling> readsNoLogitsWhereTheModelSaysTheHighest() {
    Sampling few = ENDLESS.withTemperature(1).withTopK(4);
    return List.of(
        ENDLESS, few, few.withTopK(2).withMinP(0.1f).withTopP(0.9f), few.withTemperature(0));
  }

  @ParameterizedTest
  @MethodSource
  void readsLogitsForWhatTakesMoreThanTheHighest(Sampling sampling) {
    assertAnswersWhereTheModelSaysTheHighest(sampling);

    assertThat(model.rowsRead()).isEqualTo(19);
  }

  static List<Sampling> readsLogitsForWhatTakesMoreThanTheHighest() {
    return List.of(
        ENDLESS.withTemperature(1),
        ENDLESS.withTemperature(1).withTopK(5),
        ENDLESS.withTemperature(1).withTopK(3).withLogprobs(0),
        ENDLESS.withTemperature(1).withTopK(3).withLogitBias(Map.of(3, 2f)),
        ENDLESS.withLogprobs(0),
        ENDLESS.withLogitBias(Map.of(3, 2f)),
        ENDLESS.withPenalties(new Penalties(1, 0, 1)));
  }

  @Test
  void endsAtTheEndOfSequenceToken() {
    Sampling sampling = seedWithEarlyEnd();
    ReferenceAnswer expected = ReferenceAnswer.of(Prompts.text(5), 0, sampling, 40, model);
    Reader reader = new Reader();
    submit(Prompts.text(5), sampling, 40, reader);

    stepAndDeliver(reader, 50);

    assertThat(reader.tokens).isEqualTo(expected.tokens()).last().isEqualTo(Letters.END);
    assertThat(reader.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(scheduler.slotsUsed()).isZero();
  }

  @Test
  void refusesWhenTheQueueIsFull() {
    for (int i = 0; i < 4; i++) {
      submit(Prompts.text(3), ENDLESS, 20, new Reader());
    }
    Reader reader = new Reader();
    submit(Prompts.text(3), ENDLESS, 20, reader);

    assertThat(reader.failure())
        .isInstanceOfSatisfying(
            Overloaded.class, refusal -> assertThat(refusal.retryAfter()).isPositive());
    assertThat(scheduler.live()).isEqualTo(4);
  }

  @Test
  void servesWaitingSequencesByArrival() {
    Reader first = new Reader();
    submit(Prompts.text(3), ENDLESS, 1, first);
    submit(Prompts.text(3), ENDLESS, 20, new Reader());
    long third = submit(Prompts.text(3), ENDLESS, 20, new Reader());
    long fourth = submit(Prompts.text(3), ENDLESS, 20, new Reader());

    scheduler.step();
    assertThat(first.finished()).isTrue();
    scheduler.step();

    assertThat(scheduler.stateOf(third)).contains(SequenceState.PREFILLING);
    assertThat(scheduler.stateOf(fourth)).contains(SequenceState.WAITING);
  }

  @Test
  void aFailedPrefillEndsOneSequence() {
    Reader good = new Reader();
    Reader bad = new Reader();
    submit(Prompts.text(3), ENDLESS, 3, good);
    scheduler.step();
    submit(Prompts.text(3), ENDLESS, 3, bad);
    model.beforeCall(call -> {
      if (call.startsWith("prefill")) {
        model.failNext();
      }
    });

    scheduler.step();
    scheduler.step();

    assertThat(bad.failure()).isInstanceOf(ModelFault.class);
    assertThat(good.finished()).isTrue();
  }

  @Test
  void aFailedDecodeEndsTheSequencesOfItsBatchAndNoOther() {
    Reader first = new Reader();
    Reader second = new Reader();
    submit(Prompts.text(3), ENDLESS, 3, first);
    submit(Prompts.text(4), ENDLESS, 2, second);
    scheduler.step();
    model.beforeCall(call -> {
      if (call.startsWith("decode")) {
        model.failNext();
        model.beforeCall(other -> {});
      }
    });

    for (int i = 0; i < 3; i++) {
      scheduler.step();
    }

    assertThat(first.failure()).isInstanceOf(ModelFault.class);
    assertThat(second.finished()).isTrue();
  }

  @Test
  void recordsWhatItDid() {
    Reader reader = new Reader();
    PromptLayout layout = Prompts.pictures(5, new VisualSpan(2, 2));
    Request request = Prompts.request(layout, ENDLESS, 4, OptionalLong.empty(), clock, reader);
    scheduler.apply(new Command.Submit(1, request));
    clock.advance(Duration.ofMillis(5));
    scheduler.step();
    clock.advance(Duration.ofMillis(100));
    scheduler.apply(new Command.VisualTokens(1, 0, VisualFeatures.rows(0, 2)));
    for (int i = 0; i < 3; i++) {
      scheduler.step();
    }
    clock.advance(Duration.ofMillis(50));
    scheduler.apply(new Command.Delivered(1, 3));
    scheduler.step();

    assertThat(reader.finished()).isTrue();
    assertThat(request.timeline().activities())
        .extracting(
            activity -> activity.kind(),
            activity -> activity.durationNanos() / 1_000_000,
            activity -> activity.items())
        .containsExactly(
            tuple(ActivityKind.QUEUE, 5L, 1),
            tuple(ActivityKind.PREFILL, 7L, 2),
            tuple(ActivityKind.WAIT_VISUAL, 100L, 2),
            tuple(ActivityKind.QUEUE, 0L, 1),
            tuple(ActivityKind.PREFILL, 7L, 3),
            tuple(ActivityKind.DECODE, 71L, 3),
            tuple(ActivityKind.WAIT_READER, 50L, 3));
  }

  @Test
  void refusesABudgetThatLeavesPrefillNoRoom() {
    var limits =
        new SchedulerLimits(
            4, 4, 2, 3, LIMITS.queueWait(), LIMITS.visualWait(), LIMITS.readerStall(), false);
    assertThatThrownBy(() -> new Scheduler(model, limits, clock, SchedulerObserver.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Sampling seedWithEarlyEnd() {
    for (long seed = 0; ; seed++) {
      var sampling = Sampling.GREEDY.withTemperature(1).withSeed(seed);
      int tokens = ReferenceAnswer.of(Prompts.text(5), 0, sampling, 40, model).tokens().size();
      if (tokens > 1 && tokens < 40) {
        return sampling;
      }
    }
  }
}
