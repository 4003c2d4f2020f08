package dev.argus.service.telemetry;

import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a stage measures with: a tracer, a meter, and the interceptors that open a span for every
 * call and carry the W3C trace context from stage to stage.
 *
 * <p>Thread-safe. Whoever made it closes it.
 */
public final class Telemetry implements AutoCloseable {
  /** The instrumentation scope of Argus's own spans and metrics. */
  public static final String SCOPE = "dev.argus";

  private final OpenTelemetry openTelemetry;
  private final GrpcTelemetry grpc;
  private final Runnable shutdown;

  Telemetry(OpenTelemetry openTelemetry, Runnable shutdown) {
    this.openTelemetry = openTelemetry;
    // Hundreds of tokens a call: an event for each message would drown the span.
    this.grpc = GrpcTelemetry.builder(openTelemetry).setEmitMessageEvents(false).build();
    this.shutdown = shutdown;
  }

  /**
   * As the {@code OTEL_*} environment variables and {@code otel.*} system properties say. Nothing
   * is recorded or exported unless an exporter is named ({@code OTEL_TRACES_EXPORTER=otlp}) or an
   * endpoint is ({@code OTEL_EXPORTER_OTLP_ENDPOINT}); a caller's trace context is passed on even
   * then. {@code OTEL_METRICS_EXPORTER=prometheus} serves metrics at {@code /metrics} on the port
   * {@code OTEL_EXPORTER_PROMETHEUS_PORT} (9464), so that a process can have one such telemetry
   * only.
   *
   * @param serviceName the service's name where {@code OTEL_SERVICE_NAME} gives none, such as
   *     {@code argus-gateway}
   */
  public static Telemetry fromEnvironment(String serviceName) {
    return EnvironmentTelemetry.create(serviceName);
  }

  /** Records with an instance that the caller made and closes. */
  public static Telemetry of(OpenTelemetry openTelemetry) {
    return new Telemetry(openTelemetry, () -> {});
  }

  /** Records nothing. */
  public static Telemetry off() {
    return of(OpenTelemetry.noop());
  }

  /** Opens a span for each call that a server receives, as the child of the caller's span. */
  public ServerInterceptor serverInterceptor() {
    return grpc.createServerInterceptor();
  }

  /** Opens a span for each call that a client makes, and sends its context along. */
  public ClientInterceptor clientInterceptor() {
    return grpc.createClientInterceptor();
  }

  /**
   * Sends the current context along with each call that a client makes to a server of its own
   * process. It opens no span: nothing lies between it and the server's.
   */
  public ClientInterceptor inProcessInterceptor() {
    return new ContextSender(openTelemetry.getPropagators().getTextMapPropagator());
  }

  /**
   * The trace context that a caller sent with a request of another protocol than gRPC.
   *
   * @param headers gives a header's value by its name in lower case, empty where there is none
   */
  public Context received(Function<String, Optional<String>> headers) {
    return openTelemetry
        .getPropagators()
        .getTextMapPropagator()
        .extract(Context.root(), headers, HeaderGetter.INSTANCE);
  }

  private enum HeaderGetter implements TextMapGetter<Function<String, Optional<String>>> {
    INSTANCE;

    @Override
    public Iterable<String> keys(Function<String, Optional<String>> headers) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable Function<String, Optional<String>> headers, String name) {
      return headers == null ? null : headers.apply(name).orElse(null);
    }
  }

  /** Makes spans. */
  public Tracer tracer() {
    return openTelemetry.getTracer(SCOPE);
  }

  /** Makes metric instruments. */
  public Meter meter() {
    return openTelemetry.getMeter(SCOPE);
  }

  /** Exports what was recorded and stops. Waits a bounded time for the exporter. */
  @Override
  public void close() {
    shutdown.run();
  }
}
