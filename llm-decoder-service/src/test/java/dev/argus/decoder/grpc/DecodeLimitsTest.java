package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.Overloaded;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.service.wire.ClientStream;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Sampling;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DecodeLimitsTest extends DecodeCalls {
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
      assertThat(answer.tokens()).isEqualTo(expected(WORDS, roomFor(WORDS)).tokens());
      assertThat(answer.summary().getActivitiesList())
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

  private static Sampling endless() {
    return Sampling.newBuilder().setIgnoreEos(true).build();
  }

  private static void awaitToken(ClientStream<DecodeRequest, DecodeResponse> call) {
    assertThat(call.next().orElseThrow().hasAdmitted()).isTrue();
    assertThat(call.next().orElseThrow().hasToken()).isTrue();
  }
}
