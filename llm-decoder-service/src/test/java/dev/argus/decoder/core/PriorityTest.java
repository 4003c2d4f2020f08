package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets the only slot next. */
class PriorityTest {
  private static final Sampling ENDLESS =
      Sampling.GREEDY.withStopping(Stopping.DEFAULT.withIgnoreEndOfSequence(true));
  private static final SchedulerLimits PATIENT =
      new SchedulerLimits(
          4, 6, 9, 30, Duration.ofMinutes(9), Duration.ofSeconds(5), Duration.ofMinutes(9), true);

  private final VirtualClock clock = new VirtualClock();
  private final FakeModel model = new FakeModel(1, 64, 50);
  private final Scheduler scheduler = new Scheduler(model, PATIENT, clock, SchedulerObserver.NONE);
  private long lastId;

  @AfterEach
  void leaksNothing() {
    scheduler.failAll(new Cancelled("the test is over"));
    assertThat(scheduler.slotsUsed()).isZero();
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void aHigherPriorityGoesFirst() {
    long running = submit(0);
    scheduler.step();
    long low = submit(-1);
    long plain = submit(0);
    long high = submit(3);

    assertServedInOrder(running, high, plain, low);
  }

  @Test
  void equalPrioritiesGoByArrival() {
    long running = submit(0);
    scheduler.step();
    assertServedInOrder(running, submit(2), submit(2), submit(2));
  }

  @Test
  void whoWaitedLongerThanThePrioritiesDifferIsNotOvertaken() {
    long running = submit(0);
    scheduler.step();
    long lowest = submit(Request.LOWEST_PRIORITY);
    clock.advance(Request.PRIORITY_STEP.multipliedBy(20).minusNanos(1));
    long inTime = submit(Request.HIGHEST_PRIORITY);
    clock.advance(Duration.ofNanos(2));
    long tooLate = submit(Request.HIGHEST_PRIORITY);

    assertServedInOrder(running, inTime, lowest, tooLate);
  }

  @ParameterizedTest
  @ValueSource(ints = {-11, 11, Integer.MIN_VALUE})
  void refusesPrioritiesOutOfRange(int priority) {
    assertThatThrownBy(() -> submit(priority))
        .isInstanceOf(InvalidInput.class)
        .hasMessage("priority is %d; must be from -10 to 10", priority);
  }

  private void assertServedInOrder(long... ids) {
    for (long id : ids) {
      scheduler.step();
      assertThat(scheduler.stateOf(id)).as("sequence %d", id).hasValue(SequenceState.DECODING);
      scheduler.apply(new Command.Cancel(id, new Cancelled("next")));
    }
  }

  private long submit(int priority) {
    long id = ++lastId;
    scheduler.apply(
        new Command.Submit(
            id,
            Prompts.request(
                new Prompt("tenant", Prompts.text(3), List.of()),
                priority,
                ENDLESS,
                40,
                OptionalLong.empty(),
                clock,
                new Reader())));
    return id;
  }
}
