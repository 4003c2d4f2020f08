package dev.argus.service.launch;

import dev.argus.base.failure.InvalidInput;
import dev.argus.service.StageService;
import dev.argus.service.wire.StreamLimits;
import dev.argus.service.wire.StreamReceiver;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Two stages as services declare them, which remember what was started and stopped. */
final class FakeStages {
  static final List<String> EVENTS = new ArrayList<>();
  static volatile CountDownLatch hold = new CountDownLatch(0);
  static volatile CountDownLatch serving = new CountDownLatch(1);

  private FakeStages() {}

  @Factory
  @Requires(property = "argus.stage", value = "preprocess")
  static final class PreprocessFactory {
    @Singleton
    @Bean(preDestroy = "close")
    StageService stage(PreprocessConfiguration configuration) {
      if (configuration.workers() < 1) {
        throw new InvalidInput("argus.preprocess.workers", "must be at least 1");
      }
      return new FakeStage("preprocess " + configuration.models() + " " + configuration.maxBytes());
    }
  }

  @Factory
  @Requires(property = "argus.stage", value = "encoder")
  static final class EncoderFactory {
    @Singleton
    @Bean(preDestroy = "close")
    StageService stage() {
      return new FakeStage("encoder");
    }
  }

  @ConfigurationProperties("argus.preprocess")
  @Requires(property = "argus.stage", value = "preprocess")
  record PreprocessConfiguration(
      @Bindable(defaultValue = "2") int workers,
      @Bindable(defaultValue = "1s") Duration patience,
      @Bindable(defaultValue = "1MB") @ReadableBytes int maxBytes,
      Map<String, Path> models) {}

  private static final class FakeStage implements StageService {
    private final String name;

    FakeStage(String name) {
      this.name = name;
      EVENTS.add("open " + name);
    }

    @Override
    public List<BindableService> services() {
      return List.of(new Preprocess());
    }

    @Override
    public void close() {
      EVENTS.add("close " + name);
    }
  }

  /** Answers with nothing, after the latch. */
  private static final class Preprocess extends PreprocessServiceGrpc.PreprocessServiceImplBase {
    @Override
    public StreamObserver<PreprocessRequest> preprocess(
        StreamObserver<PreprocessResponse> responses) {
      StreamReceiver<PreprocessRequest> requests =
          StreamReceiver.fromClient(responses, StreamLimits.defaults());
      var sender = StreamSender.toClient(responses, Duration.ofSeconds(10));
      StreamingCall.serve(
          sender,
          out -> {
            out.send(PreprocessResponse.getDefaultInstance());
            serving.countDown();
            try {
              hold.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            out.send(PreprocessResponse.getDefaultInstance());
          });
      return requests;
    }
  }
}
