package dev.argus.encoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.argus.base.digest.Digest;
import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.WrongCheckpoint;
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
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.EncodeSummary;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EncodeServiceTest {
  private static final String FINGERPRINT = "ab".repeat(32);
  private static final int WINDOW = 4;

  private final SteppedTower tower = new SteppedTower(2);
  private final FeatureCache cache = new FeatureCache(1 << 20);
  private final EncoderQueue queue =
      new EncoderQueue(
          "test",
          tower,
          "weights",
          new EncoderLimits(6, Duration.ofSeconds(20)),
          Optional.of(cache));
  private final InMemoryMetricReader reader = InMemoryMetricReader.create();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final Telemetry telemetry =
      Telemetry.of(
          OpenTelemetrySdk.builder()
              .setTracerProvider(
                  SdkTracerProvider.builder()
                      .addSpanProcessor(SimpleSpanProcessor.create(spans))
                      .build())
              .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
              .build());
  private final Map<String, ServedModel> models =
      Map.of("tiny", new ServedModel("tiny", FINGERPRINT, queue));
  private final EncoderMetrics metrics =
      new EncoderMetrics(telemetry.meter(), models.values(), Optional.of(cache));
  private final InProcessServer server =
      InProcessServer.start(
          UUID.randomUUID().toString(),
          List.of(new EncodeService(models, telemetry, metrics, StreamLimits.defaults(), WINDOW)),
          telemetry);
  private final ManagedChannel channel =
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

  @Test
  void answersEachTileAsSoonAsItIsEncoded() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(3));
      tower.awaitRun();
      assertThat(gauge("argus.encoder.load")).isEqualTo(1);
      assertThat(gauge("argus.encoder.queued_tiles")).isZero();
      tower.finishRun();

      VisualTokens tokens = visualTokens(stream);

      assertThat(tokens.getTileIndex()).isEqualTo(3);
      assertThat(tokens.getLength()).isEqualTo(2);
      assertThat(tokens.getHiddenSize()).isEqualTo(2);
      assertThat(tokens.getElementType()).isEqualTo(ElementType.ELEMENT_TYPE_FLOAT32);
      assertThat(tokens.getData().size()).isEqualTo(16);
      assertThat(tokens.getTileDigest()).isEqualTo(tile(3).getTile().getDigest());
      assertThat(tokens.getFingerprint()).isEqualTo(FINGERPRINT);
      assertThat(tokens.getDigest().toByteArray())
          .isEqualTo(Digest.of(tokens.getData().toByteArray()).toBytes());

      stream.send(tile(4));
      stream.halfClose();
      tower.awaitRun();
      tower.finishRun();
      assertThat(visualTokens(stream).getTileIndex()).isEqualTo(4);
      EncodeSummary summary = stream.next().orElseThrow().getSummary();
      assertThat(summary.getActivitiesList())
          .allMatch(activity -> activity.getStage() == Stage.STAGE_ENCODER)
          .extracting(Activity::getKind)
          .containsExactly(
              ActivityKind.ACTIVITY_KIND_QUEUE,
              ActivityKind.ACTIVITY_KIND_ENCODE,
              ActivityKind.ACTIVITY_KIND_QUEUE,
              ActivityKind.ACTIVITY_KIND_ENCODE);
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void aStreamWithoutTilesIsAnsweredWithASummary() {
    try (var stream = open()) {
      stream.send(header());
      stream.halfClose();

      assertThat(stream.next().orElseThrow().hasSummary()).isTrue();
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void streamsWithOnePictureEncodeItOnce() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<VisualTokens>>> answers = new ArrayList<>();
      for (int stream = 0; stream < 5; stream++) {
        answers.add(callers.submit(() -> answers(header(), tile(1))));
      }
      tower.awaitRun();
      tower.finishRun();
      List<VisualTokens> first = answers.getFirst().get();
      for (Future<List<VisualTokens>> answer : answers) {
        assertThat(answer.get()).isEqualTo(first);
      }
    }
    assertThat(sum("argus.encoder.feature_cache.misses")).isEqualTo(1);
    assertThat(sum("argus.encoder.feature_cache.hits")).isEqualTo(4);
    assertThat(cache.bytes()).isEqualTo(16);

    tower.runFreely();
    answers(tenant("another"), tile(1));
    assertThat(sum("argus.encoder.feature_cache.misses")).isEqualTo(2);
  }

  @Test
  void cachedTilesAreToldOf() {
    tower.runFreely();
    answers(header(), tile(1));
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      stream.send(tile(2));
      stream.halfClose();
      visualTokens(stream);
      visualTokens(stream);
      EncodeSummary summary = stream.next().orElseThrow().getSummary();
      assertThat(summary.getCachedTiles()).isEqualTo(1);
      assertThat(summary.getActivitiesList())
          .filteredOn(done -> done.getKind() == ActivityKind.ACTIVITY_KIND_ENCODE)
          .extracting(Activity::getItems)
          .containsExactly(1);
    }
    SpanData served =
        awaitSpan(span -> attribute(span, "argus.tiles") == 2 && span.getKind() == SpanKind.SERVER);
    assertThat(attribute(served, "argus.tiles.cached")).isEqualTo(1);
  }

  @Test
  void refusesATenantThatCannotBe() {
    assertFails(InvalidInput.class, "header.tenant", tenant("two words"));
  }

  private static long attribute(SpanData span, String name) {
    Long value = span.getAttributes().get(AttributeKey.longKey(name));
    return value == null ? -1 : value;
  }

  private long gauge(String metric) {
    return reader.collectAllMetrics().stream()
        .filter(data -> data.getName().equals(metric))
        .flatMap(data -> data.getLongGaugeData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private long sum(String metric) {
    return reader.collectAllMetrics().stream()
        .filter(data -> data.getName().equals(metric))
        .flatMap(data -> data.getLongSumData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  /** What a stream of its own is answered, by tile. */
  private List<VisualTokens> answers(EncodeRequest... requests) {
    try (var stream = open()) {
      for (EncodeRequest request : requests) {
        stream.send(request);
      }
      stream.halfClose();
      List<VisualTokens> tokens = new ArrayList<>();
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get().hasVisualTokens()) {
          tokens.add(next.get().getVisualTokens());
        }
      }
      tokens.sort(Comparator.comparingInt(VisualTokens::getTileIndex));
      return tokens;
    }
  }

  @Test
  void everyRunIsASpanBelowTheStreams() {
    tower.runFreely();
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      stream.halfClose();
      while (stream.next().isPresent()) {}
    }

    SpanData encode = awaitSpan(span -> span.getName().equals("argus.encoder.encode"));
    SpanData served = awaitSpan(span -> span.getSpanId().equals(encode.getParentSpanId()));
    assertThat(served.getName()).contains("EncodeService/Encode");
    assertThat(encode.getAttributes().get(AttributeKey.longKey("argus.batch.tiles"))).isEqualTo(1);
  }

  @Test
  void streamsThatShareARunAreLinked() {
    try (var first = open();
        var second = open();
        var third = open()) {
      first.send(header());
      first.send(tile(1));
      tower.awaitRun();
      second.send(header());
      second.send(tile(2));
      third.send(header());
      third.send(tile(3));
      awaitQueued(2);
      tower.finishRun();
      tower.awaitRun();
      tower.finishRun();
      visualTokens(second);
      visualTokens(third);
    }

    List<SpanData> runs =
        await()
            .until(
                () ->
                    spans.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().equals("argus.encoder.encode"))
                        .toList(),
                ended -> ended.size() == 3);
    assertThat(runs.getFirst().getLinks()).isEmpty();
    assertThat(runs.get(1).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(runs.get(2).getSpanContext());
    assertThat(runs.get(2).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(runs.get(1).getSpanContext());
  }

  @Test
  void refusesWhatIsNoHeaderFirst() {
    assertFails(InvalidInput.class, "header", tile(1));
    assertFails(InvalidInput.class, "header", EncodeRequest.getDefaultInstance());
    assertFails(InvalidInput.class, "header");
    assertFails(InvalidInput.class, "header", header(), header());
    assertFails(InvalidInput.class, "event", header(), EncodeRequest.getDefaultInstance());
  }

  @Test
  void refusesAnotherModelOrCheckpoint() {
    assertFails(NotFound.class, "big", header("big", FINGERPRINT));
    assertFails(WrongCheckpoint.class, "cdcd", header("tiny", "cd".repeat(32)));
    assertFails(WrongCheckpoint.class, "fingerprint", header("tiny", ""));
  }

  @Test
  void refusesATileThatIsNotWhatItSays() {
    assertFails(InvalidInput.class, "tile.side", header(), changed(tile -> tile.setSide(9)));
    assertFails(
        InvalidInput.class,
        "tile.pixels",
        header(),
        changed(tile -> tile.setPixels(ByteString.copyFromUtf8("short"))));
    assertFails(
        InvalidInput.class,
        "tile.digest",
        header(),
        changed(tile -> tile.setDigest(ByteString.EMPTY)));
    assertFails(
        InvalidInput.class,
        "tile.digest",
        header(),
        changed(tile -> tile.setPixels(ByteString.copyFrom(SteppedTower.tile(9)))));
    assertFails(InvalidInput.class, "tile.index", header(), tile(1), tile(1));
  }

  @Test
  void aFaultOfTheModelReachesTheStream() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      tower.failRun(new ModelFault("the graph broke", null));

      assertThatExceptionOfType(ArgusException.class)
          .isThrownBy(stream::next)
          .withMessageContaining("the graph broke");
    }
  }

  @Test
  void aFullQueueIsSaidWithAHint() {
    try (var full = open();
        var fullToo = open();
        var refused = open()) {
      full.send(header());
      full.send(tile(0));
      tower.awaitRun();
      for (int tile = 1; tile < WINDOW; tile++) {
        full.send(tile(tile));
      }
      fullToo.send(header());
      for (int tile = 0; tile < 3; tile++) {
        fullToo.send(tile(tile));
      }
      awaitQueued(6);
      refused.send(header());
      refused.send(tile(1));

      assertThatExceptionOfType(Overloaded.class)
          .isThrownBy(refused::next)
          .satisfies(failure -> assertThat(failure.retryAfter()).isPositive());
    }
  }

  /** The tile beyond the window is broken, and nobody notices before there is room for it. */
  @Test
  void aTileBeyondTheWindowIsNotReadBeforeAnAnswerIsSent() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(0));
      tower.awaitRun();
      for (int tile = 1; tile < WINDOW; tile++) {
        stream.send(tile(tile));
      }
      stream.send(changed(tile -> tile.setSide(9)));
      awaitQueued(WINDOW - 1);

      tower.finishRun();
      assertThat(visualTokens(stream).getTileIndex()).isZero();
      assertThatExceptionOfType(InvalidInput.class).isThrownBy(stream::next);
    }
  }

  @Test
  void cancellingDropsTheStreamsTiles() {
    try (var stream = open();
        var other = open()) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      stream.send(tile(2));
      stream.send(tile(3));
      awaitQueued(2);

      stream.cancel(new Cancelled("enough"));

      awaitQueued(0);
      tower.finishRun();
      other.send(header());
      other.send(tile(5));
      assertThat(tower.awaitRun()).containsExactly(5);
      tower.finishRun();
      assertThat(visualTokens(other).getTileIndex()).isEqualTo(5);
    }
  }

  @Test
  void aDeadlineThatPassesDropsTheStreamsTiles() {
    EncodeServiceGrpc.EncodeServiceStub hurried =
        EncodeServiceGrpc.newStub(channel).withDeadlineAfter(500, TimeUnit.MILLISECONDS);
    try (var stream =
        ClientStream.<EncodeRequest, EncodeResponse>open(
            Stage.STAGE_ENCODER, StreamLimits.defaults(), hurried::encode)) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      stream.send(tile(2));
      awaitQueued(1);

      assertThatExceptionOfType(DeadlineExpired.class).isThrownBy(stream::next);
      awaitQueued(0);
    }
  }

  private void assertFails(
      Class<? extends ArgusException> kind, String words, EncodeRequest... requests) {
    try (var stream = open()) {
      assertThatExceptionOfType(kind)
          .isThrownBy(() -> {
            for (EncodeRequest request : requests) {
              stream.send(request);
            }
            stream.halfClose();
            while (stream.next().isPresent()) {}
          })
          .withMessageContaining(words);
    }
  }

  private void awaitQueued(int tiles) {
    await().until(() -> queue.queuedTiles() == tiles);
  }

  private ClientStream<EncodeRequest, EncodeResponse> open() {
    return ClientStream.open(
        Stage.STAGE_ENCODER, StreamLimits.defaults(), EncodeServiceGrpc.newStub(channel)::encode);
  }

  private static VisualTokens visualTokens(ClientStream<EncodeRequest, EncodeResponse> stream) {
    EncodeResponse response = stream.next().orElseThrow();
    assertThat(response.hasVisualTokens()).isTrue();
    return response.getVisualTokens();
  }

  /** The server's own span ends a moment after the client has seen the end of the stream. */
  private SpanData awaitSpan(Predicate<SpanData> wanted) {
    return await()
        .until(
            () -> spans.getFinishedSpanItems().stream().filter(wanted).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static EncodeRequest header() {
    return header("tiny", FINGERPRINT);
  }

  private static EncodeRequest tenant(String name) {
    return EncodeRequest.newBuilder()
        .setHeader(header().getHeader().toBuilder().setTenant(name))
        .build();
  }

  private static EncodeRequest header(String model, String fingerprint) {
    return EncodeRequest.newBuilder()
        .setHeader(
            EncodeHeader.newBuilder()
                .setCheckpoint(
                    CheckpointRef.newBuilder().setModel(model).setFingerprint(fingerprint)))
        .build();
  }

  private static EncodeRequest tile(int number) {
    ByteBuffer pixels = SteppedTower.tile(number);
    return EncodeRequest.newBuilder()
        .setTile(
            Tile.newBuilder()
                .setIndex(number)
                .setSide(2)
                .setPixels(ByteString.copyFrom(pixels.duplicate()))
                .setDigest(ByteString.copyFrom(sha256(pixels))))
        .build();
  }

  private static EncodeRequest changed(UnaryOperator<Tile.Builder> change) {
    return EncodeRequest.newBuilder().setTile(change.apply(tile(1).getTile().toBuilder())).build();
  }

  private static byte[] sha256(ByteBuffer pixels) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(pixels.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
