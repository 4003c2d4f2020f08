package dev.argus.decoder.grpc;

import com.google.protobuf.ByteString;
import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.config.LocationTokens;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.FakeModel;
import dev.argus.decoder.core.Letters;
import dev.argus.decoder.core.PromptRules;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.decoder.core.SchedulerObserver;
import dev.argus.decoder.core.SequenceState;
import dev.argus.decoder.core.VisualFeatures;
import dev.argus.decoder.core.grammar.Grammars;
import dev.argus.decoder.core.grammar.Vocabulary;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeServiceGrpc;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.VisualSpan;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Sampling;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The decode service with a fake model, in this process, and a client. */
final class DecodeServer implements AutoCloseable {
  static final String MODEL = "fake";
  static final String FINGERPRINT = "0123456789abcdef".repeat(4);
  static final int IMAGE = 1;
  static final int CAPACITY = 64;
  static final int VOCABULARY = 50;

  /** The last ten tokens are locations. */
  static final RegionDialect REGIONS = new RegionDialect.Locations(new LocationTokens(40, 10));

  static final SchedulerLimits LIMITS =
      new SchedulerLimits(
          8,
          16,
          0,
          4,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          true);

  final FakeModel model;

  /** What the scheduler did: {@code FAILED} and the like on entering a state, {@code used 1}. */
  final BlockingQueue<String> log = new LinkedBlockingQueue<>();

  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final DecoderLoop loop;
  private final InProcessServer server;
  private final ManagedChannel channel;

  DecodeServer(int slots, SchedulerLimits limits) {
    Telemetry telemetry =
        Telemetry.of(
            OpenTelemetrySdk.builder()
                .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build());
    model = new FakeModel(slots, CAPACITY, VOCABULARY);
    model.beforeCall(call -> log.add("model"));
    DecoderMetrics observer = new DecoderMetrics(telemetry.meter(), MODEL);
    loop = DecoderLoop.start(MODEL, model, limits, logging(observer));
    ServedModel served =
        new ServedModel(
            MODEL,
            FINGERPRINT,
            VisualFeatures.HIDDEN_SIZE,
            Set.of(Letters.END),
            new PromptRules(CAPACITY, VOCABULARY, IMAGE),
            DecodeServer::bytes,
            Letters::new,
            new Grammars(vocabulary(), REGIONS.grammar(), System::nanoTime, observer),
            REGIONS,
            loop);
    DecodeRpc rpc =
        new DecodeRpc(Map.of(MODEL, served), telemetry.tracer(), () -> 1, limits.readerStall());
    server = InProcessServer.start(UUID.randomUUID().toString(), List.of(rpc), telemetry);
    channel = Channels.open(server.target(), telemetry, ChannelLimits.defaults());
  }

  private static Vocabulary vocabulary() {
    return new Vocabulary(VOCABULARY, DecodeServer::bytes, REGIONS.markers(), Set.of(Letters.END));
  }

  private static byte[] bytes(int id) {
    return Integer.toString(id).getBytes(StandardCharsets.UTF_8);
  }

  ClientStream<DecodeRequest, DecodeResponse> call() {
    return ClientStream.open(
        Stage.STAGE_DECODER,
        new StreamLimits(1, Duration.ofSeconds(30)),
        responses -> DecodeServiceGrpc.newStub(channel).decode(responses));
  }

  static DecodeRequest header(PromptLayout layout, Sampling sampling) {
    return header(header(layout).setSampling(sampling));
  }

  static DecodeRequest header(DecodeHeader.Builder header) {
    return DecodeRequest.newBuilder().setHeader(header).build();
  }

  static DecodeHeader.Builder header(PromptLayout layout) {
    var message = dev.argus.stage.v1.PromptLayout.newBuilder();
    Arrays.stream(layout.tokenIds()).forEach(message::addTokenIds);
    layout
        .spans()
        .forEach(span ->
            message.addSpans(
                VisualSpan.newBuilder().setPosition(span.position()).setLength(span.length())));
    return DecodeHeader.newBuilder()
        .setCheckpoint(CheckpointRef.newBuilder().setModel(MODEL).setFingerprint(FINGERPRINT))
        .setLayout(message);
  }

  static DecodeRequest visual(VisualTokens.Builder tokens) {
    return DecodeRequest.newBuilder().setVisualTokens(tokens).build();
  }

  /** The visual tokens of a tile, whose seed is the tile's index. */
  static VisualTokens.Builder visual(int tile, int length) {
    return VisualTokens.newBuilder()
        .setTileIndex(tile)
        .setLength(length)
        .setHiddenSize(VisualFeatures.HIDDEN_SIZE)
        .setElementType(ElementType.ELEMENT_TYPE_FLOAT32)
        .setData(ByteString.copyFrom(VisualFeatures.rows(tile, length)))
        .setTileDigest(ByteString.copyFrom(new byte[Digest.BYTES]))
        .setFingerprint(FINGERPRINT)
        .setDigest(ByteString.copyFrom(Digest.of(VisualFeatures.rows(tile, length)).toBytes()));
  }

  /** Waits for an entry of the log and drops those before it. */
  void awaitLog(String wanted) throws InterruptedException {
    for (String entry = ""; !entry.equals(wanted); ) {
      entry = nextLog();
    }
  }

  String nextLog() throws InterruptedException {
    String entry = log.poll(30, TimeUnit.SECONDS);
    if (entry == null) {
      throw new AssertionError("the scheduler does nothing");
    }
    return entry;
  }

  /** The last value of a gauge. */
  long gauge(String name) {
    return metric(name).getLongGaugeData().getPoints().iterator().next().getValue();
  }

  MetricData metric(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    loop.close();
  }

  private SchedulerObserver logging(SchedulerObserver observer) {
    return new SchedulerObserver() {
      @Override
      public void occupied(int slotsUsed, int waiting) {
        observer.occupied(slotsUsed, waiting);
        log.add("used " + slotsUsed);
      }

      @Override
      public void stepped(Step step) {
        observer.stepped(step);
      }

      @Override
      public void moved(SequenceState.Transition transition) {
        observer.moved(transition);
        log.add(transition.to().name());
      }

      @Override
      public void promptRead(int tokens, int reusedTokens) {
        observer.promptRead(tokens, reusedTokens);
      }

      @Override
      public void firstToken(long nanosSinceSubmission) {
        observer.firstToken(nanosSinceSubmission);
      }
    };
  }
}
