package dev.argus.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.service.StageService;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.server.LoopbackServer;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final StageService NOTHING =
      new StageService() {
        @Override
        public List<BindableService> services() {
          return List.of();
        }

        @Override
        public void close() {}
      };

  @Test
  void aCallIsOneTraceOnBothSides() {
    var exporter = InMemorySpanExporter.create();
    Telemetry telemetry = tracing(exporter);

    try (var server = LoopbackServer.start(NOTHING, telemetry)) {
      check(server.address(), telemetry, "");
    }

    List<SpanData> spans = finished(exporter, 2);
    assertThat(span(spans, SpanKind.SERVER).getParentSpanId())
        .isEqualTo(span(spans, SpanKind.CLIENT).getSpanId());
  }

  @Test
  void aCallWithinTheProcessIsOneSpanBelowItsCallers() {
    var exporter = InMemorySpanExporter.create();
    Telemetry telemetry = tracing(exporter);
    BindableService health = new HealthStatusManager().getHealthService();

    Span caller = telemetry.tracer().spanBuilder("caller").startSpan();
    try (var server =
            InProcessServer.start(UUID.randomUUID().toString(), List.of(health), telemetry);
        Scope _ = caller.makeCurrent()) {
      check(server.target(), telemetry, "");
    }

    assertThat(finished(exporter, 1))
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
          assertThat(span.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
        });
  }

  @Test
  void waitsOfLessThanAMillisecondHaveNoSpan() {
    var exporter = InMemorySpanExporter.create();

    ActivitySpans.startNow(tracing(exporter).tracer(), "decoder")
        .record(
            List.of(
                new Activity(ActivityKind.QUEUE, 0, 999_999, 1),
                new Activity(ActivityKind.PREFILL, 0, 10, 1),
                new Activity(ActivityKind.WAIT_VISUAL, 10, 1_000_000, 64)));

    assertThat(exporter.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .containsExactly("argus.decoder.prefill", "argus.decoder.wait_visual");
  }

  @Test
  void callsOfDifferentSizesAreOneSeries() {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    SdkMeterProvider meters =
        VllmNames.register(SdkMeterProvider.builder()).registerMetricReader(reader).build();
    Telemetry telemetry = Telemetry.of(OpenTelemetrySdk.builder().setMeterProvider(meters).build());

    try (var server = LoopbackServer.start(NOTHING, telemetry)) {
      for (String service : List.of("unknown", "unknown by a longer name")) {
        assertThatThrownBy(() -> check(server.address(), telemetry, service))
            .hasMessageContaining("NOT_FOUND");
      }
    }

    await()
        .untilAsserted(() ->
            assertThat(reader.collectAllMetrics())
                .extracting(MetricData::getName)
                .contains("rpc.server.duration", "rpc.client.duration"));
    assertThat(reader.collectAllMetrics())
        .allSatisfy(metric -> assertThat(metric.getData().getPoints()).hasSize(1));
  }

  @Test
  void nothingIsRecordedUnlessAsked() {
    try (Telemetry telemetry = EnvironmentTelemetry.create("argus-test", _ -> null)) {
      var span = telemetry.tracer().spanBuilder("test").startSpan();
      assertThat(span.isRecording()).isFalse();
      assertThat(span.getSpanContext().isValid()).isFalse();
      span.end();
    }
  }

  @Test
  void exportsByOtlpWhenAnEndpointIsGiven() throws Exception {
    BlockingQueue<String> paths = new LinkedBlockingQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          paths.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    System.setProperty("otel.exporter.otlp.endpoint", endpoint);
    System.setProperty("otel.exporter.otlp.protocol", "http/protobuf");
    try {
      Telemetry telemetry = Telemetry.fromEnvironment("argus-test");
      telemetry.tracer().spanBuilder("test").startSpan().end();
      telemetry.meter().counterBuilder("argus.test").build().add(1);
      telemetry.close();
      assertThat(List.of(next(paths), next(paths)))
          .containsExactlyInAnyOrder("/v1/traces", "/v1/metrics");
    } finally {
      System.clearProperty("otel.exporter.otlp.endpoint");
      System.clearProperty("otel.exporter.otlp.protocol");
      collector.stop(0);
    }
  }

  private static SpanData span(List<SpanData> spans, SpanKind kind) {
    return spans.stream().filter(span -> span.getKind() == kind).findFirst().orElseThrow();
  }

  private static String next(BlockingQueue<String> paths) throws InterruptedException {
    String path = paths.poll(10, TimeUnit.SECONDS);
    return path == null ? "nothing" : path;
  }

  private static Telemetry tracing(SpanExporter exporter) {
    return Telemetry.of(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build());
  }

  /** A server's span ends a moment after the client has seen the end of the call. */
  private static List<SpanData> finished(InMemorySpanExporter exporter, int spans) {
    await().until(() -> exporter.getFinishedSpanItems().size() == spans);
    return exporter.getFinishedSpanItems();
  }

  private static void check(String target, Telemetry telemetry, String service) {
    var channel = Channels.open(target, telemetry, ChannelLimits.defaults());
    try {
      HealthGrpc.newBlockingStub(channel)
          .check(HealthCheckRequest.newBuilder().setService(service).build());
    } finally {
      channel.shutdownNow();
    }
  }
}
