package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;

/**
 * A scheduler that a test takes through its steps, over a fake model and a clock that stands still.
 */
abstract class SchedulerSteps {
  static final SchedulerLimits LIMITS =
      new SchedulerLimits(
          4, 6, 2, 3, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(3), false);
  static final Sampling ENDLESS =
      Sampling.GREEDY.withStopping(Stopping.DEFAULT.withIgnoreEndOfSequence(true));
  static final Duration STEP = Duration.ofMillis(7);

  final VirtualClock clock = new VirtualClock();
  final FakeModel model = new FakeModel(2, 64, 50);
  final Scheduler scheduler = new Scheduler(model, LIMITS, clock, SchedulerObserver.NONE);
  final List<String> calls = new ArrayList<>();
  final Map<Long, Integer> deliveries = new HashMap<>();
  long lastId;

  SchedulerSteps() {
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

  long submit(PromptLayout layout, Sampling sampling, int maxTokens, Reader reader) {
    Request request =
        Prompts.request(layout, sampling, maxTokens, OptionalLong.empty(), clock, reader);
    scheduler.apply(new Command.Submit(++lastId, request));
    return lastId;
  }

  Request request(PromptLayout layout, Reader reader) {
    return Prompts.request(layout, ENDLESS, 3, OptionalLong.empty(), clock, reader);
  }

  Request request(Prompt prompt, Reader reader) {
    return Prompts.request(prompt, 0, ENDLESS, 3, OptionalLong.empty(), clock, reader);
  }

  static void stepUntilEnd(Scheduler caching, Reader reader) {
    for (int i = 0; i < 50 && !reader.ended(); i++) {
      caching.step();
    }
    assertThat(reader.ended()).isTrue();
  }

  void fillSlots() {
    for (int slot = 0; slot < model.slots(); slot++) {
      submit(Prompts.text(3), ENDLESS, 50, new Reader());
    }
    scheduler.step();
  }

  void stepAndDeliver(Reader reader, int steps) {
    for (int i = 0; i < steps; i++) {
      scheduler.step();
      deliver(lastId, reader);
    }
  }

  void deliver(long id, Reader reader) {
    int before = deliveries.getOrDefault(id, 0);
    deliveries.put(id, reader.tokens.size());
    if (reader.tokens.size() > before) {
      scheduler.apply(new Command.Delivered(id, reader.tokens.size() - before));
    }
  }
}
