package dev.argus.encoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.argus.encoder.core.EncoderLimits;
import dev.argus.encoder.core.EncoderQueue;
import dev.argus.encoder.core.FeatureCache;
import dev.argus.encoder.core.ServedModel;
import dev.argus.encoder.core.SteppedTower;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** An encoder behind a server, over a tower that a test takes from run to run. */
@Timeout(60)
abstract class EncodeStreams {
  static final String FINGERPRINT = "ab".repeat(32);
  static final int WINDOW = 4;

  final SteppedTower tower = new SteppedTower(2);
  final FeatureCache cache = new FeatureCache(1 << 20);
  final InMemoryMetricReader reader = InMemoryMetricReader.create();
  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  final Telemetry telemetry =
      Telemetry.of(
          OpenTelemetrySdk.builder()
              .setTracerProvider(
                  SdkTracerProvider.builder()
                      .addSpanProcessor(SimpleSpanProcessor.create(spans))
                      .build())
              .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
              .build());
  final EncoderQueue queue =
      new EncoderQueue(
          "test",
          new MeasuredTower(tower, telemetry.meter(), "tiny"),
          "weights",
          new EncoderLimits(6, Duration.ofSeconds(20)),
          Optional.of(cache));
  final Map<String, ServedModel> models =
      Map.of("tiny", new ServedModel("tiny", FINGERPRINT, queue));
  final EncoderMetrics metrics =
      new EncoderMetrics(telemetry.meter(), models.values(), Optional.of(cache));
  final InProcessServer server =
      InProcessServer.start(
          UUID.randomUUID().toString(),
          List.of(new EncodeService(models, telemetry, metrics, StreamLimits.defaults(), WINDOW)),
          telemetry);
  final ManagedChannel channel =
      Channels.open(server.target(), telemetry, ChannelLimits.defaults());

  @AfterEach
  void nothingIsLeftBehind() {
    tower.runFreely();
    channel.shutdownNow();
    server.close();
    queue.close();
    assertThat(queue.queuedTiles()).isZero();
    metrics.close();
    telemetry.close();
  }

  void awaitQueued(int tiles) {
    await().until(() -> queue.queuedTiles() == tiles);
  }

  ClientStream<EncodeRequest, EncodeResponse> open() {
    return ClientStream.open(
        Stage.STAGE_ENCODER, StreamLimits.defaults(), EncodeServiceGrpc.newStub(channel)::encode);
  }

  static VisualTokens visualTokens(ClientStream<EncodeRequest, EncodeResponse> stream) {
    EncodeResponse response = stream.next().orElseThrow();
    assertThat(response.hasVisualTokens()).isTrue();
    return response.getVisualTokens();
  }

  static EncodeRequest header() {
    return header("tiny", FINGERPRINT);
  }

  static EncodeRequest tenant(String name) {
    return EncodeRequest.newBuilder()
        .setHeader(header().getHeader().toBuilder().setTenant(name))
        .build();
  }

  static EncodeRequest header(String model, String fingerprint) {
    return EncodeRequest.newBuilder()
        .setHeader(
            EncodeHeader.newBuilder()
                .setCheckpoint(
                    CheckpointRef.newBuilder().setModel(model).setFingerprint(fingerprint)))
        .build();
  }

  static EncodeRequest tile(int number) {
    return EncodeRequest.newBuilder()
        .setTile(
            Tile.newBuilder()
                .setIndex(number)
                .setSide(2)
                .setPixels(ByteString.copyFrom(SteppedTower.tile(number))))
        .build();
  }

  SpanData awaitSpan(Predicate<SpanData> wanted) {
    return await()
        .until(
            () -> spans.getFinishedSpanItems().stream().filter(wanted).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  static long attribute(SpanData span, String name) {
    Long value = span.getAttributes().get(AttributeKey.longKey(name));
    return value == null ? -1 : value;
  }
}
