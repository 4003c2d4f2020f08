package dev.argus.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.Overloaded;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationLifetimeTest extends GatewayOverFakes {
  @Test
  void visualTokensThatTheDecoderHasNoNeedOfMayComeTooLate() {
    stages.hasty = true;
    stages.inEncoder = () -> Awaitility.await().until(() -> ended("DecodeService/Decode"));

    List<GenerateResponse> answer = readAll(generate(gateway(), question()));

    assertThat(answer).hasSize(1);
    assertThat(answer.getFirst().getCompletion().getUsage().getCompletionTokens()).isEqualTo(3);
  }

  /** Whether a call's span has ended. */
  private boolean ended(String method) {
    return spans.getFinishedSpanItems().stream().anyMatch(span -> span.getName().contains(method));
  }

  @Test
  void aClientThatCancelsFreesEveryStage(@TempDir Path folder) throws Exception {
    stages.tokens = 1_000_000;
    var call = generate(gateway(), question());
    assertThat(call.next()).isPresent();

    call.cancel(new Cancelled("Enough"));

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    noThreadIsLeft(folder);
    assertThat(metric("argus.gateway.requests").orElseThrow().toString()).contains("cancelled");
  }

  @Test
  void noThreadIsLeftAfterManyRequestsOfAllKinds(@TempDir Path folder) throws Exception {
    ManagedChannel gateway = gateway();
    for (int i = 0; i < 20; i++) {
      readAll(generate(gateway, question()));
      generate(gateway, question()).close();
    }
    stages.inEncoder = () -> fail(new Overloaded("Full", Duration.ofSeconds(1)));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> readAll(generate(gateway, question())))
          .isInstanceOf(Overloaded.class);
    }
    noThreadIsLeft(folder);
  }

  @Test
  void theServersTimeLimitReachesEveryStage(@TempDir Path folder) throws Exception {
    var hold = new CountDownLatch(1);
    stages.inPreprocess = () -> await(hold);
    ManagedChannel gateway =
        gateway(settings -> settings.withTimeouts(Duration.ofMillis(100), Duration.ofMillis(100)));

    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOf(DeadlineExpired.class);

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stages.encoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    hold.countDown();
    noThreadIsLeft(folder);
    assertThat(metric("argus.gateway.requests").orElseThrow().toString())
        .contains("deadline_expired");
  }

  @Test
  void theClientsDeadlineReachesEveryStage(@TempDir Path folder) throws Exception {
    stages.tokens = 1_000_000;
    var stub =
        GenerationServiceGrpc.newStub(gateway()).withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    ClientStream<GenerateRequest, GenerateResponse> call =
        ClientStream.open(
            Stage.STAGE_GATEWAY,
            StreamLimits.defaults(),
            responses -> stub.generate(question(), responses));

    assertThatThrownBy(
            () -> {
              while (call.next().isPresent()) {
                Thread.onSpinWait();
              }
            })
        .isInstanceOf(DeadlineExpired.class);
    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    noThreadIsLeft(folder);
  }

  @Test
  void aClientThatReadsSlowlyHoldsTheDecoderBack() {
    stages.tokens = 5000;
    var call = generate(gateway(), question());
    assertThat(call.next()).isPresent();
    // The decoder's count stands still long before its end: nobody asks it for more.
    int held = standstill();
    assertThat(held).isLessThan(200);
    assertThat(readAll(call)).hasSize(5000);
  }

  @Test
  void aClientThatStopsReadingIsDropped(@TempDir Path folder) throws Exception {
    stages.tokens = 5000;
    ManagedChannel gateway =
        gateway(settings -> settings.withStreams(new StreamLimits(4, Duration.ofMillis(100))));
    var call = generate(gateway, question());

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> readAll(call))
        .isInstanceOf(Cancelled.class)
        .hasMessageContaining("took nothing");
    noThreadIsLeft(folder);
  }

  private int standstill() {
    int before = -1;
    int now = stages.tokensSent.get();
    while (now != before) {
      LockSupport.parkNanos(200_000_000);
      before = now;
      now = stages.tokensSent.get();
    }
    return now;
  }

  private void noThreadIsLeft(Path folder) {
    Awaitility.await()
        .until(() -> {
          try {
            return VirtualThreads.named(folder, "argus-call").isEmpty()
                && VirtualThreads.named(folder, "argus-gateway-relay").isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
