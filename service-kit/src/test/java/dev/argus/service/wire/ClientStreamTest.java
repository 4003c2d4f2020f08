package dev.argus.service.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Stage;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientStreamTest {
  private final Encoder encoder = new Encoder();
  private final InProcessServer server =
      InProcessServer.start(UUID.randomUUID().toString(), List.of(encoder), Telemetry.off());
  private final ManagedChannel channel =
      Channels.open(server.target(), Telemetry.off(), ChannelLimits.defaults());

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void answersComeWhileRequestsGo() {
    encoder.behaviour = Encoder::answerEach;
    try (var call = open(Duration.ofSeconds(30))) {
      for (int tile = 0; tile < 3; tile++) {
        call.send(tile(tile));
        assertThat(call.next().orElseThrow().getVisualTokens().getTileIndex()).isEqualTo(tile);
      }
      call.halfClose();
      assertThat(call.next()).isEmpty();
    }
  }

  @Test
  void aServerThatEndsWellTakesNoMore() {
    encoder.behaviour = (self, requests, responses) -> {};
    try (var call = open(Duration.ofSeconds(30))) {
      assertThat(call.next()).isEmpty();

      assertThat(call.ended()).isTrue();
      assertThatThrownBy(() -> call.send(tile(0))).isInstanceOf(Cancelled.class);
    }
    encoder.behaviour =
        (self, requests, responses) -> {
          throw new InvalidInput("tile.side", "must be 512");
        };
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next).isInstanceOf(InvalidInput.class);
      assertThat(call.ended()).isFalse();
    }
  }

  @Test
  void aSlowReaderMakesTheSenderWait() throws Exception {
    encoder.behaviour = Encoder::pour;
    try (var call = open(Duration.ofSeconds(30))) {
      assertThat(call.next()).isPresent();
      // Two thousand answers are to be had; only those asked for, and a few in the pipe, are made.
      for (int i = 0; i < 100; i++) {
        Thread.onSpinWait();
      }
      assertThat(encoder.sent.get()).isLessThan(50);
      int received = 1;
      while (call.next().isPresent()) {
        received++;
      }
      assertThat(received).isEqualTo(2000);
    }
  }

  @Test
  void aReaderThatTakesNothingIsGivenUp() throws Exception {
    encoder.behaviour = Encoder::pour;
    encoder.stall = Duration.ofMillis(50);
    var call = open(Duration.ofSeconds(30));
    assertThat(encoder.ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(encoder.failure).isInstanceOf(Cancelled.class).hasMessageContaining("took nothing");
    call.close();
  }

  @Test
  void aServerThatTakesNothingIsGivenUp() {
    encoder.behaviour = (self, requests, responses) -> self.await();
    try (var call = open(Duration.ofMillis(50))) {
      assertThatThrownBy(
              () -> {
                for (int tile = 0; tile < 1000; tile++) {
                  call.send(tile(tile));
                }
              })
          .isInstanceOf(Cancelled.class);
    }
  }

  @Test
  void aClientThatSendsNothingIsGivenUp() {
    encoder.stall = Duration.ofMillis(50);
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next)
          .isInstanceOf(DeadlineExpired.class)
          .hasMessageContaining("No message came");
    }
  }

  @Test
  void whatAServiceThrowsWhereItShouldNotIsToldToo() {
    encoder.refusal = new InvalidInput("tile.side", "must be 512");
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next).isInstanceOf(InvalidInput.class);
    }
    encoder.refusal = new IllegalStateException("a bug");
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next)
          .isInstanceOf(ModelFault.class)
          .hasMessageStartingWith("Internal error (incident ");
    }
  }

  @Test
  void whatAServiceThrowsAtAMessageEndsItsAnswerToo() throws Exception {
    encoder.behaviour = (self, requests, responses) -> self.await();
    encoder.onMessage =
        _ -> {
          throw new IllegalStateException("a bug");
        };
    try (var call = open(Duration.ofSeconds(30))) {
      call.send(tile(0));
      assertThatThrownBy(call::next).hasMessageStartingWith("Internal error (incident ");
    }
    assertThat(encoder.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancellingReachesTheServer() throws Exception {
    encoder.behaviour = Encoder::answerEach;
    var call = open(Duration.ofSeconds(30));
    call.send(tile(0));
    assertThat(call.next()).isPresent();

    call.cancel(new Cancelled("Enough"));

    assertThat(encoder.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(call::next).isInstanceOf(Cancelled.class).hasMessage("Enough");
    assertThatThrownBy(() -> call.send(tile(1))).isInstanceOf(Cancelled.class);
  }

  @Test
  void theCallersDeadlineEndsBothSides() throws Exception {
    encoder.behaviour = Encoder::answerEach;
    try (var clock = Executors.newSingleThreadScheduledExecutor();
        var context = Context.current().withDeadlineAfter(100, TimeUnit.MILLISECONDS, clock)) {
      context.run(() -> {
        var call = open(Duration.ofSeconds(30));
        assertThatThrownBy(call::next).isInstanceOf(DeadlineExpired.class);
      });
      assertThat(encoder.ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void failuresKeepTheirDetails() {
    encoder.behaviour =
        (self, requests, responses) -> {
          throw new InvalidInput("tile.side", "must be 512");
        };
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next)
          .isInstanceOfSatisfying(
              InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo("tile.side"));
    }
    encoder.behaviour =
        (self, requests, responses) -> {
          throw new Overloaded("Full", Duration.ofSeconds(3));
        };
    try (var call = open(Duration.ofSeconds(30))) {
      assertThatThrownBy(call::next)
          .isInstanceOfSatisfying(
              Overloaded.class,
              full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(3)));
    }
  }

  private ClientStream<EncodeRequest, EncodeResponse> open(Duration stall) {
    var stub = EncodeServiceGrpc.newStub(channel);
    return ClientStream.open(Stage.STAGE_ENCODER, new StreamLimits(2, stall), stub::encode);
  }

  private static EncodeRequest tile(int index) {
    return EncodeRequest.newBuilder()
        .setTile(Tile.newBuilder().setIndex(index).setPixels(ByteString.copyFrom(new byte[1000])))
        .build();
  }

  /** What the server does with a call. */
  private interface Behaviour {
    void serve(
        Encoder self,
        StreamReceiver<EncodeRequest> requests,
        StreamSender<EncodeResponse> responses);
  }

  private static final class Encoder extends EncodeServiceGrpc.EncodeServiceImplBase {
    volatile Behaviour behaviour = Encoder::answerEach;
    volatile Duration stall = Duration.ofSeconds(30);
    volatile @Nullable RuntimeException refusal;
    volatile Consumer<EncodeRequest> onMessage = _ -> {};
    volatile Throwable failure = new IllegalStateException("not yet");
    final AtomicInteger sent = new AtomicInteger();
    final CountDownLatch ended = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> responses) {
      if (refusal != null) {
        throw refusal;
      }
      StreamReceiver<EncodeRequest> requests =
          StreamReceiver.fromClient(responses, new StreamLimits(2, stall));
      StreamSender<EncodeResponse> sender = StreamSender.toClient(responses, stall);
      sender.onCancel(cancelled::countDown);
      StreamingCall.serve(
          sender,
          _ -> {
            try {
              behaviour.serve(this, requests, sender);
            } catch (RuntimeException e) {
              failure = e;
              throw e;
            } finally {
              ended.countDown();
            }
          });
      return watched(requests);
    }

    private StreamObserver<EncodeRequest> watched(StreamReceiver<EncodeRequest> requests) {
      return new StreamObserver<>() {
        @Override
        public void onNext(EncodeRequest message) {
          onMessage.accept(message);
          requests.onNext(message);
        }

        @Override
        public void onError(Throwable error) {
          requests.onError(error);
        }

        @Override
        public void onCompleted() {
          requests.onCompleted();
        }
      };
    }

    void answerEach(
        StreamReceiver<EncodeRequest> requests, StreamSender<EncodeResponse> responses) {
      requests.forEach(request -> responses.send(answer(request.getTile().getIndex())));
    }

    void pour(StreamReceiver<EncodeRequest> requests, StreamSender<EncodeResponse> responses) {
      for (int i = 0; i < 2000; i++) {
        responses.send(answer(i));
        sent.incrementAndGet();
      }
    }

    void await() {
      try {
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static EncodeResponse answer(int index) {
      return EncodeResponse.newBuilder()
          .setVisualTokens(VisualTokens.newBuilder().setTileIndex(index))
          .build();
    }
  }
}
