package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.Overloaded;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SchedulerPatienceTest extends SchedulerSteps {
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

  private void submitWithDeadline(Duration deadline, Reader reader) {
    OptionalLong nanos = OptionalLong.of(clock.getAsLong() + deadline.toNanos());
    scheduler.apply(
        new Command.Submit(
            ++lastId, Prompts.request(Prompts.text(3), ENDLESS, 20, nanos, clock, reader)));
  }
}
