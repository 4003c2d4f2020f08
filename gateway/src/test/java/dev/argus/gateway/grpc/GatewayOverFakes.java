package dev.argus.gateway.grpc;

import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.GatewayStage;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A gateway in this process over stages that say what a test has them say. */
@Timeout(30)
abstract class GatewayOverFakes {
  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  final Telemetry telemetry = Telemetry.of(sdk());
  final FakeServices stages = new FakeServices();
  private final InProcessServer stageServer = InProcessServer.start(name(), stages, telemetry);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    stageServer.close();
  }

  /** A client of a gateway with default settings. */
  ManagedChannel gateway() {
    return gateway(settings -> settings);
  }

  ManagedChannel gateway(UnaryOperator<GatewaySettings> change) {
    String target = stageServer.target();
    GatewayStage stage =
        GatewayStage.open(
            change.apply(
                GatewaySettings.defaults(List.of("tiny", "small"), target, target, target)),
            telemetry);
    InProcessServer server = InProcessServer.start(name(), stage, telemetry);
    ManagedChannel channel = Channels.open(server.target(), telemetry, ChannelLimits.defaults());
    open.add(stage);
    open.add(server);
    open.add(channel::shutdownNow);
    return channel;
  }

  static ClientStream<GenerateRequest, GenerateResponse> generate(
      ManagedChannel gateway, GenerateRequest request) {
    var stub = GenerationServiceGrpc.newStub(gateway);
    return ClientStream.open(
        Stage.STAGE_GATEWAY,
        StreamLimits.defaults(),
        responses -> stub.generate(request, responses));
  }

  static ClientStream<GenerateRequest, GenerateResponse> generateFor(
      String tenant, ManagedChannel gateway) {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("argus-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    var stub =
        GenerationServiceGrpc.newStub(gateway)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    return ClientStream.open(
        Stage.STAGE_GATEWAY,
        StreamLimits.defaults(),
        responses -> stub.generate(question(), responses));
  }

  static List<GenerateResponse> readAll(ClientStream<GenerateRequest, GenerateResponse> call) {
    List<GenerateResponse> responses = new ArrayList<>();
    for (var next = call.next(); next.isPresent(); next = call.next()) {
      responses.add(next.get());
    }
    return responses;
  }

  static GenerateRequest question() {
    return questionFor("tiny");
  }

  static GenerateRequest questionFor(String model) {
    return GenerateRequest.newBuilder()
        .setModel(model)
        .addMessages(
            Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addContent(Part.newBuilder().setText("What is this?")))
        .build();
  }

  Optional<MetricData> metric(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst();
  }

  long requestsEnded() {
    return metric("argus.gateway.requests").stream()
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .mapToLong(point -> point.getValue())
        .sum();
  }

  private OpenTelemetrySdk sdk() {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build())
        .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  private static String name() {
    return UUID.randomUUID().toString();
  }

  static void fail(RuntimeException failure) {
    throw failure;
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
