package dev.argus.cli.system;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives spans over OTLP/gRPC and keeps them. */
final class OtlpCollector extends TraceServiceGrpc.TraceServiceImplBase implements AutoCloseable {
  private final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();
  private final Server server;

  private OtlpCollector() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
  }

  /** Starts on a free port. */
  static OtlpCollector start() throws IOException {
    return new OtlpCollector();
  }

  /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} is to be. */
  String endpoint() {
    return "http://localhost:" + server.getPort();
  }

  /** All spans received so far. */
  List<CollectedSpan> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void export(
      ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> response) {
    for (ResourceSpans resource : request.getResourceSpansList()) {
      String service = service(resource.getResource().getAttributesList());
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          spans.add(CollectedSpan.of(service, span));
        }
      }
    }
    response.onNext(ExportTraceServiceResponse.getDefaultInstance());
    response.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static String service(List<KeyValue> attributes) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }
}
