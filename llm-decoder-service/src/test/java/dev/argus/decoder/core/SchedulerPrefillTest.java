package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SchedulerPrefillTest extends SchedulerSteps {
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
  void keepsToTheTokenBudgetOfAStepBesideRunningAnswers() {
    var tight =
        new SchedulerLimits(
            8, 6, 2, 3, LIMITS.queueWait(), LIMITS.visualWait(), LIMITS.readerStall(), false);
    var budgeted = new Scheduler(model, tight, clock, SchedulerObserver.NONE);
    budgeted.apply(new Command.Submit(1, request(Prompts.text(8), new Reader())));
    budgeted.step();
    budgeted.apply(new Command.Submit(2, request(Prompts.text(10), new Reader())));
    budgeted.step();

    assertThat(calls).containsExactly("prefill 8", "decode 1", "prefill 5");
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

  /** With a prefix cache. */
  private Scheduler caching() {
    return new Scheduler(model, LIMITS.withPrefixCache(true), clock, SchedulerObserver.NONE);
  }
}
