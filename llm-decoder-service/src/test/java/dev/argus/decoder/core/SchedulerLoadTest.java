package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.SchedulerObserver.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the scheduler tells of how full it is, and of the times that users feel. */
class SchedulerLoadTest {
  private static final Sampling ENDLESS =
      Sampling.GREEDY.withStopping(Stopping.DEFAULT.withIgnoreEndOfSequence(true));
  private static final Duration STEP = Duration.ofMillis(7);

  private final VirtualClock clock = new VirtualClock();
  private final FakeModel model = new FakeModel(1, 64, 50);
  private final List<Long> intervals = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();
  private final List<Integer> burdens = new ArrayList<>();
  private Load load = new Load(-1, -1, -1);
  private final Scheduler scheduler =
      new Scheduler(
          model,
          SchedulerLimits.DEFAULT,
          clock,
          new SchedulerObserver() {
            @Override
            public void occupied(int slotsUsed, int waiting) {}

            @Override
            public void loaded(Load now) {
              load = now;
            }

            @Override
            public void burdened(int sequences) {
              burdens.add(sequences);
            }

            @Override
            public void granted(long nanosSinceSubmission) {
              waits.add(nanosSinceSubmission);
            }

            @Override
            public void generated(long nanos) {
              intervals.add(nanos);
            }

            @Override
            public void stepped(Step step) {}

            @Override
            public void moved(SequenceState.Transition transition) {}

            @Override
            public void promptRead(int tokens, int reusedTokens) {}

            @Override
            public void firstToken(long nanosSinceSubmission) {}
          });

  @Test
  void countsTokensThatWaitAndPositionsThatAreFilled() {
    model.beforeCall(_ -> clock.advance(STEP));
    submit(1, 10);
    scheduler.step();
    assertThat(load).isEqualTo(new Load(0, 10, 64));

    submit(2, 7);
    submit(3, 5);
    scheduler.step();
    scheduler.step();
    assertThat(load).isEqualTo(new Load(12, 12, 64));
    assertThat(intervals).containsExactly(STEP.toNanos(), STEP.toNanos());

    scheduler.apply(new Command.Cancel(1, new Cancelled("enough")));
    scheduler.step();
    assertThat(load).isEqualTo(new Load(5, 7, 64));
    assertThat(waits).containsExactly(0L, 2 * STEP.toNanos());

    scheduler.failAll(new Cancelled("the test is over"));
    assertThat(load).isEqualTo(new Load(0, 0, 64));
  }

  @Test
  void countsWhatTheModelCouldWorkOn() {
    submit(1, 3);
    submit(2, 3);
    scheduler.step();
    assertThat(burdens).containsExactly(2, 2);

    scheduler.apply(new Command.Cancel(1, new Cancelled("enough")));
    scheduler.apply(new Command.Cancel(2, new Cancelled("enough")));
    burdens.clear();
    submit(3, Prompts.pictures(8, new VisualSpan(5, 2)));
    scheduler.step();
    assertThat(burdens).containsExactly(1, 0); // Its text is read; the picture is not there yet.
  }

  private void submit(long id, int promptTokens) {
    submit(id, Prompts.text(promptTokens));
  }

  private void submit(long id, PromptLayout prompt) {
    scheduler.apply(
        new Command.Submit(
            id, Prompts.request(prompt, ENDLESS, 40, OptionalLong.empty(), clock, new Reader())));
  }
}
