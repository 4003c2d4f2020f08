package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final SchedulerLimits LIMITS =
      new SchedulerLimits(
          4, 6, 2, 3, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(3), false);
  private static final Sampling ENDLESS =
      Sampling.GREEDY.withStopping(Stopping.DEFAULT.withIgnoreEndOfSequence(true));
  private static final Duration STEP = Duration.ofMillis(7);

  private final VirtualClock clock = new VirtualClock();
  private final FakeModel model = new FakeModel(2, 64, 50);
  private final Scheduler scheduler = new Scheduler(model, LIMITS, clock, SchedulerObserver.NONE);
  private final List<String> calls = new ArrayList<>();
  private final Map<Long, Integer> deliveries = new HashMap<>();
  private long lastId;

  SchedulerTest() {
    model.beforeCall(call -> {
      calls.add(call);
      clock.advance(STEP);
    });
  }

  @AfterEach
  void leaksNothing() {
    scheduler.failAll(new Cancelled("the test is over"));
    assertThat(scheduler.slotsUsed()).isZero();
    assertThat(scheduler.waiting()).isZero();
    assertThat(scheduler.live()).isZero();
    assertThat(scheduler.busy()).isFalse();
    assertThat(scheduler.nanosToNextLimit()).isEmpty();
  }

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
  void prefillsInChunksAndDecodesFirst() {
    submit(Prompts.text(3), ENDLESS, 20, new Reader());
    scheduler.step();
    submit(Prompts.text(10), ENDLESS, 20, new Reader());

    scheduler.step();
    scheduler.step();

    assertThat(calls)
        .containsExactly("prefill 3", "decode 1", "prefill 4", "decode 1", "prefill 4");
  }

  @Test
  void keepsToTheTokenBudgetOfAStep() {
    var tight =
        new SchedulerLimits(
            8, 6, 2, 3, LIMITS.queueWait(), LIMITS.visualWait(), LIMITS.readerStall(), false);
    var budgeted = new Scheduler(model, tight, clock, SchedulerObserver.NONE);
    budgeted.apply(new Command.Submit(1, request(Prompts.text(3), new Reader())));
    budgeted.step();
    budgeted.apply(new Command.Submit(2, request(Prompts.text(10), new Reader())));
    budgeted.step();

    assertThat(calls).containsExactly("prefill 3", "decode 1", "prefill 5");
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

  @Test
  void readsThePromptAsFarAsVisualTokensHaveArrived() {
    PromptLayout layout = Prompts.pictures(12, new VisualSpan(2, 3), new VisualSpan(7, 2));
    Reader reader = new Reader();
    long id = submit(layout, ENDLESS, 3, reader);

    scheduler.step();
    scheduler.step();
    assertThat(calls).containsExactly("prefill 2");
    assertThat(scheduler.stateOf(id)).contains(SequenceState.AWAITING_VISUAL);
    assertThat(scheduler.busy()).isFalse();

    scheduler.apply(new Command.VisualTokens(id, 1, VisualFeatures.rows(1, 2)));
    assertThat(scheduler.busy()).isFalse();
    scheduler.apply(new Command.VisualTokens(id, 0, VisualFeatures.rows(0, 3)));
    for (int i = 0; i < 5; i++) {
      scheduler.step();
    }

    assertThat(calls)
        .containsExactly(
            "prefill 2", "prefill 4", "prefill 4", "prefill 2", "decode 1", "decode 1");
    assertThat(reader.tokens).isEqualTo(ReferenceAnswer.of(layout, 0, ENDLESS, 3, model).tokens());
  }

  @Test
  void readsShortPromptsBesideTheOldestOne() {
    var roomy =
        new SchedulerLimits(
            40, 50, 2, 3, LIMITS.queueWait(), LIMITS.visualWait(), LIMITS.readerStall(), false);
    var four = new FakeModel(4, 64, 50);
    four.beforeCall(calls::add);
    var generous = new Scheduler(four, roomy, clock, SchedulerObserver.NONE);
    for (int length : new int[] {10, 15, 14, 4}) {
      generous.apply(new Command.Submit(length, request(Prompts.text(length), new Reader())));
    }

    generous.step();
    assertThat(calls).containsExactly("prefill 10", "prefill 14");
    generous.step();
    assertThat(calls).contains("decode 2", "prefill 15", "prefill 4");
  }

  @Test
  void readsLessAtATimeLateInAPromptWhileOthersWaitForTheirNextTokens() {
    var roomy =
        new SchedulerLimits(
            24, 50, 2, 99, LIMITS.queueWait(), LIMITS.visualWait(), LIMITS.readerStall(), false);
    var model = new FakeModel(2, 200, 50).costOfLast(3);
    var scheduler = new Scheduler(model, roomy, clock, SchedulerObserver.NONE);
    scheduler.apply(
        new Command.Submit(
            1,
            Prompts.request(
                Prompts.text(60), ENDLESS, 20, OptionalLong.empty(), clock, new Reader())));
    model.beforeCall(calls::add);
    scheduler.step();
    scheduler.step();
    scheduler.step();
    assertThat(calls).containsExactly("prefill 24", "prefill 24", "prefill 12");
    calls.clear();

    scheduler.apply(new Command.Submit(2, request(Prompts.text(80), new Reader())));
    for (int i = 0; i < 4; i++) {
      scheduler.step();
    }

    // At position 24 a token takes 1.24 times as long, at 43 1.43 times, at 59 1.59 times.
    assertThat(calls.stream().filter(call -> call.startsWith("prefill")))
        .containsExactly("prefill 24", "prefill 19", "prefill 16", "prefill 15");
  }

  @Test
  void readsOnlyWhatAnEarlierPromptDidNotHave() {
    PromptLayout layout = Prompts.pictures(12, new VisualSpan(2, 3), new VisualSpan(7, 2));
    Prompt prompt = new Prompt("a", layout, List.of(Prompts.digest(0), Prompts.digest(1)));
    Scheduler caching = caching();
    Reader first = new Reader();
    caching.apply(new Command.Submit(1, request(prompt, first)));
    caching.apply(new Command.VisualTokens(1, 0, VisualFeatures.rows(0, 3)));
    caching.apply(new Command.VisualTokens(1, 1, VisualFeatures.rows(1, 2)));
    stepUntilEnd(caching, first);
    calls.clear();

    // The same again: without its visual tokens.
    Reader second = new Reader();
    caching.apply(new Command.Submit(2, request(prompt, second)));
    stepUntilEnd(caching, second);

    assertThat(calls).containsExactly("prefill 2", "decode 1", "decode 1");
    assertThat(second.tokens).isEqualTo(first.tokens);
    assertThat(second.admitted().reusedTokens()).isEqualTo(10);
    assertThat(second.reusedTokens()).isEqualTo(10);
    assertThat(first.reusedTokens()).isZero();
  }

  @Test
  void waitsForVisualTokensOfOtherPicturesOnly() {
    PromptLayout layout = Prompts.pictures(12, new VisualSpan(2, 3), new VisualSpan(7, 2));
    Scheduler caching = caching();
    Reader first = new Reader();
    caching.apply(
        new Command.Submit(
            1,
            request(
                new Prompt("a", layout, List.of(Prompts.digest(0), Prompts.digest(1))), first)));
    caching.apply(new Command.VisualTokens(1, 0, VisualFeatures.rows(0, 3)));
    caching.apply(new Command.VisualTokens(1, 1, VisualFeatures.rows(1, 2)));
    stepUntilEnd(caching, first);
    calls.clear();

    Reader second = new Reader();
    Prompt other = new Prompt("a", layout, List.of(Prompts.digest(0), Prompts.digest(9)));
    caching.apply(new Command.Submit(2, request(other, second)));
    caching.step();
    assertThat(second.admitted().reusedTokens()).isEqualTo(7);
    assertThat(caching.stateOf(2)).contains(SequenceState.AWAITING_VISUAL);

    // What is in the slot may still come, and changes nothing.
    caching.apply(new Command.VisualTokens(2, 0, VisualFeatures.rows(50, 3)));
    assertThat(caching.stateOf(2)).contains(SequenceState.AWAITING_VISUAL);
    caching.apply(new Command.VisualTokens(2, 1, VisualFeatures.rows(9, 2)));
    stepUntilEnd(caching, second);

    assertThat(second.tokens)
        .isEqualTo(ReferenceAnswer.of(layout, span -> 9 * span, ENDLESS, 3, model).tokens());
  }

  @Test
  void requestsThatComeTogetherReadTheirCommonBeginningOnce() {
    Scheduler caching = caching();
    Reader first = new Reader();
    Reader second = new Reader();
    Prompt prompt = new Prompt("a", Prompts.text(12), List.of());
    caching.apply(new Command.Submit(1, request(prompt, first)));
    caching.apply(new Command.Submit(2, request(prompt, second)));

    stepUntilEnd(caching, second);

    assertThat(calls.stream().filter(call -> call.startsWith("prefill")))
        .containsExactly("prefill 4", "prefill 4", "prefill 4", "prefill 2");
    assertThat(second.admitted().reusedTokens()).isZero();
    assertThat(second.reusedTokens()).isEqualTo(10);
    assertThat(second.tokens).isEqualTo(first.tokens);
  }

  @Test
  void reusesNothingOfAFailedCall() {
    Scheduler caching = caching();
    Reader first = new Reader();
    caching.apply(new Command.Submit(1, request(Prompts.text(12), first)));
    caching.step();
    model.failNext();
    caching.step();
    assertThat(first.failure()).isInstanceOf(ModelFault.class);

    Reader second = new Reader();
    caching.apply(new Command.Submit(2, request(Prompts.text(12), second)));
    stepUntilEnd(caching, second);

    assertThat(second.reusedTokens()).isZero();
    assertThat(second.tokens)
        .isEqualTo(ReferenceAnswer.of(Prompts.text(12), 0, ENDLESS, 3, model).tokens());
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
  void givesUpWaitingForASlot() {
    fillSlots();
    Reader reader = new Reader();
    submit(Prompts.text(3), ENDLESS, 20, reader);

    clock.advance(LIMITS.queueWait());
    scheduler.step();

    assertThat(reader.failure()).isInstanceOf(Overloaded.class);
  }

  @Test
  void freesTheSlotOfACancelledSequenceAtOnce() {
    Reader reader = new Reader();
    long id = submit(Prompts.text(3), ENDLESS, 20, reader);
    scheduler.step();
    assertThat(scheduler.slotsUsed()).isEqualTo(1);

    Cancelled reason = new Cancelled("the caller left");
    scheduler.apply(new Command.Cancel(id, reason));

    assertThat(scheduler.slotsUsed()).isZero();
    assertThat(reader.failure()).isSameAs(reason);
    scheduler.step();
    assertThat(calls).containsExactly("prefill 3");
  }

  @Test
  void checksTheDeadlineBeforeTheFirstToken() {
    fillSlots();
    Reader reader = new Reader();
    submitWithDeadline(Duration.ofSeconds(1), reader);

    clock.advance(Duration.ofSeconds(1));
    scheduler.step();

    assertThat(reader.failure()).isInstanceOf(DeadlineExpired.class);
    assertThat(reader.tokens).isEmpty();
  }

  @Test
  void checksTheDeadlineAfterTheFirstToken() {
    Reader reader = new Reader();
    submitWithDeadline(Duration.ofSeconds(1), reader);
    scheduler.step();
    scheduler.step();

    clock.advance(Duration.ofSeconds(1));
    scheduler.step();

    assertThat(reader.failure()).isInstanceOf(DeadlineExpired.class);
    assertThat(reader.tokens).hasSize(2);
    assertThat(scheduler.slotsUsed()).isZero();
  }

  @Test
  void wakesForTheNextLimit() {
    submitWithDeadline(Duration.ofSeconds(20), new Reader());
    assertThat(scheduler.nanosToNextLimit()).hasValue(LIMITS.queueWait().toNanos());
    scheduler.step();
    assertThat(scheduler.nanosToNextLimit()).hasValue(Duration.ofSeconds(20).minus(STEP).toNanos());
  }

  @Test
  void pausesForASlowReaderAndGoesOn() {
    Reader reader = new Reader();
    long id = submit(Prompts.text(3), ENDLESS, 20, reader);
    for (int i = 0; i < 10; i++) {
      scheduler.step();
    }
    assertThat(reader.tokens).hasSize(LIMITS.undeliveredLimit());
    assertThat(scheduler.stateOf(id)).contains(SequenceState.PAUSED);
    assertThat(scheduler.busy()).isFalse();

    scheduler.apply(new Command.Delivered(id, 2));
    scheduler.step();

    assertThat(reader.tokens).hasSize(LIMITS.undeliveredLimit() + 1);
  }

  @Test
  void aPausedSequenceDoesNotHoldUpOthers() {
    submit(Prompts.text(3), ENDLESS, 20, new Reader());
    Reader reading = new Reader();
    long id = submit(Prompts.text(3), ENDLESS, 20, reading);
    for (int i = 0; i < 30; i++) {
      scheduler.step();
      deliver(id, reading);
    }
    assertThat(reading.finished()).isTrue();
  }

  @Test
  void dropsAReaderThatStopped() {
    Reader reader = new Reader();
    long id = submit(Prompts.text(3), ENDLESS, 20, reader);
    for (int i = 0; i < 10; i++) {
      scheduler.step();
    }
    clock.advance(LIMITS.readerStall().minusMillis(1));
    scheduler.apply(new Command.Delivered(id, 1)); // too little to go on, but a sign of life
    clock.advance(LIMITS.readerStall().minusMillis(1));
    scheduler.step();
    assertThat(reader.ended()).isFalse();

    clock.advance(Duration.ofMillis(1));
    scheduler.step();

    assertThat(reader.failure()).isInstanceOf(Cancelled.class).hasMessageContaining("3.0 s");
    assertThat(scheduler.slotsUsed()).isZero();
  }

  @Test
  void givesUpOnVisualTokensThatNeverCome() {
    Reader reader = new Reader();
    submit(Prompts.pictures(5, new VisualSpan(2, 2)), ENDLESS, 20, reader);
    scheduler.step();

    clock.advance(LIMITS.visualWait());
    scheduler.step();

    assertThat(reader.failure()).isInstanceOf(DeadlineExpired.class).hasMessageContaining("tile 0");
    assertThat(scheduler.slotsUsed()).isZero();
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

  private long submit(PromptLayout layout, Sampling sampling, int maxTokens, Reader reader) {
    Request request =
        Prompts.request(layout, sampling, maxTokens, OptionalLong.empty(), clock, reader);
    scheduler.apply(new Command.Submit(++lastId, request));
    return lastId;
  }

  private void submitWithDeadline(Duration deadline, Reader reader) {
    OptionalLong nanos = OptionalLong.of(clock.getAsLong() + deadline.toNanos());
    scheduler.apply(
        new Command.Submit(
            ++lastId, Prompts.request(Prompts.text(3), ENDLESS, 20, nanos, clock, reader)));
  }

  private Request request(PromptLayout layout, Reader reader) {
    return Prompts.request(layout, ENDLESS, 3, OptionalLong.empty(), clock, reader);
  }

  private Request request(Prompt prompt, Reader reader) {
    return Prompts.request(prompt, 0, ENDLESS, 3, OptionalLong.empty(), clock, reader);
  }

  /** With a prefix cache. */
  private Scheduler caching() {
    return new Scheduler(model, LIMITS.withPrefixCache(true), clock, SchedulerObserver.NONE);
  }

  private static void stepUntilEnd(Scheduler caching, Reader reader) {
    for (int i = 0; i < 50 && !reader.ended(); i++) {
      caching.step();
    }
    assertThat(reader.ended()).isTrue();
  }

  private void fillSlots() {
    for (int slot = 0; slot < model.slots(); slot++) {
      submit(Prompts.text(3), ENDLESS, 50, new Reader());
    }
    scheduler.step();
  }

  private void stepAndDeliver(Reader reader, int steps) {
    for (int i = 0; i < steps; i++) {
      scheduler.step();
      deliver(lastId, reader);
    }
  }

  private void deliver(long id, Reader reader) {
    int before = deliveries.getOrDefault(id, 0);
    deliveries.put(id, reader.tokens.size());
    if (reader.tokens.size() > before) {
      scheduler.apply(new Command.Delivered(id, reader.tokens.size() - before));
    }
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
