package dev.argus.bench.serve.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc.GenerationServiceImplBase;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.ListModelsResponse;
import dev.argus.v1.Model;
import dev.argus.v1.Token;
import dev.argus.v1.Usage;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a real connection on a loopback port. */
@Timeout(60)
final class GrpcEndpointTest {
  private static final Question QUESTION =
      new Question(
          List.of(new PictureFile("image/png", ByteString.copyFromUtf8("png"))), "why?", 5, true);
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final long DELAY_NANOS = 40_000_000;

  private final List<GenerateRequest> requests = new CopyOnWriteArrayList<>();
  private Script script = _ -> {};
  private Server server;
  private ManagedChannel channel;

  @FunctionalInterface
  private interface Script {
    void answer(StreamObserver<GenerateResponse> answer) throws InterruptedException;
  }

  @BeforeEach
  void start() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Scripted())
            .build()
            .start();
    channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", server.getPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void piecesAreHeardWhenTheyComeAndTextWithoutTokensIsNone() throws Exception {
    List<Long> heard = new ArrayList<>();
    script =
        answer -> {
          answer.onNext(GenerateResponse.newBuilder().setToken(Token.newBuilder()).build());
          delay();
          answer.onNext(token(1));
          delay();
          answer.onNext(token(2, 3));
          answer.onNext(completion());
          answer.onCompleted();
        };

    long begin = System.nanoTime();
    Reply reply = endpoint(LONG).prepare(QUESTION).listen(() -> heard.add(System.nanoTime()));

    assertThat(heard).hasSize(2);
    assertThat(heard.get(0) - begin).isGreaterThanOrEqualTo(DELAY_NANOS);
    assertThat(heard.get(1) - begin).isGreaterThanOrEqualTo(2 * DELAY_NANOS);
    assertThat(reply.promptTokens()).hasValue(20);
    assertThat(reply.outputTokens()).hasValue(3);
    assertThat(reply.stageMillis()).containsOnlyKeys("encode").containsEntry("encode", 7.5);
  }

  @Test
  void asksForAllTokens() throws Exception {
    script =
        answer -> {
          answer.onNext(completion());
          answer.onCompleted();
        };

    endpoint(LONG).prepare(QUESTION).listen(() -> {});

    GenerateRequest asked = requests.getFirst();
    assertThat(asked.getModel()).isEqualTo("the-model");
    assertThat(asked.getMessages(0).getContent(0).getImage().getData().toStringUtf8())
        .isEqualTo("png");
    assertThat(asked.getMessages(0).getContent(1).getText()).isEqualTo("why?");
    assertThat(asked.getSampling().getMaxTokens()).isEqualTo(5);
    assertThat(asked.getSampling().getIgnoreEos()).isTrue();
    assertThat(asked.getSampling().getTemperature()).isZero();
  }

  @Test
  void takesTheServersFirstModel() {
    assertThat(GrpcEndpoint.firstModel(channel)).isEqualTo("first");
  }

  @Test
  void refusalsAreToldByTheirStatus() {
    script =
        answer -> {
          answer.onNext(token(1));
          answer.onError(
              Status.RESOURCE_EXHAUSTED.withDescription("queue is full").asRuntimeException());
        };

    assertFails(LONG, "RESOURCE_EXHAUSTED", "queue is full");
  }

  @Test
  void anAnswerThatDoesNotSayHowItWentIsBroken() {
    script = StreamObserver::onCompleted;

    assertFails(LONG, "broken answer", "it ended without saying how it went");
  }

  @Test
  void aServerThatTakesTooLongIsGivenUpAndHearsOfIt() throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    script =
        answer ->
            ((ServerCallStreamObserver<GenerateResponse>) answer)
                .setOnCancelHandler(cancelled::countDown);

    assertFails(Duration.ofMillis(300), "DEADLINE_EXCEEDED", "");
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitingAndTheServerHearsOfIt() throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    script =
        answer -> {
          ((ServerCallStreamObserver<GenerateResponse>) answer)
              .setOnCancelHandler(cancelled::countDown);
          answer.onNext(token(1));
        };
    Thread here = Thread.currentThread();

    assertThatThrownBy(() -> endpoint(LONG).prepare(QUESTION).listen(here::interrupt))
        .isInstanceOf(InterruptedException.class);
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void noServerIsTold() throws InterruptedException {
    server.shutdownNow().awaitTermination();

    assertFails(LONG, "UNAVAILABLE", "io exception: ");
  }

  private void assertFails(Duration timeout, String kind, String message) {
    assertThatExceptionOfType(RequestFailed.class)
        .isThrownBy(() -> endpoint(timeout).prepare(QUESTION).listen(() -> {}))
        .satisfies(failure -> {
          assertThat(failure.kind()).isEqualTo(kind);
          assertThat(failure.details()).startsWith(message);
        });
  }

  private GrpcEndpoint endpoint(Duration timeout) {
    return new GrpcEndpoint(channel, "the-model", timeout, () -> {});
  }

  private static GenerateResponse token(Integer... ids) {
    return GenerateResponse.newBuilder()
        .setToken(Token.newBuilder().addAllIds(List.of(ids)).setText("x"))
        .build();
  }

  private static GenerateResponse completion() {
    Activity encode =
        Activity.newBuilder()
            .setKind(ActivityKind.ACTIVITY_KIND_ENCODE)
            .setStartMs(1)
            .setDurationMs(7.5)
            .build();
    return GenerateResponse.newBuilder()
        .setCompletion(
            Completion.newBuilder()
                .setUsage(Usage.newBuilder().setPromptTokens(20).setCompletionTokens(3))
                .setAnatomy(Anatomy.newBuilder().addActivities(encode)))
        .build();
  }

  /** At least so long. */
  private static void delay() throws InterruptedException {
    assertThat(new CountDownLatch(1).await(DELAY_NANOS, TimeUnit.NANOSECONDS)).isFalse();
  }

  private final class Scripted extends GenerationServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> answer) {
      requests.add(request);
      try {
        script.answer(answer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
      answer.onNext(
          ListModelsResponse.newBuilder()
              .addModels(Model.newBuilder().setName("first"))
              .addModels(Model.newBuilder().setName("second"))
              .build());
      answer.onCompleted();
    }
  }
}
