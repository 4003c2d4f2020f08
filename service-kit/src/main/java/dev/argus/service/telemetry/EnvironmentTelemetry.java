package dev.argus.service.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the {@code OTEL_*} settings; makes no SDK at all where nothing asks for one. */
final class EnvironmentTelemetry {
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(5);
  private static final List<String> EXPORTERS =
      List.of("otel.traces.exporter", "otel.metrics.exporter", "otel.logs.exporter");
  private static final List<String> ENDPOINTS =
      List.of(
          "otel.exporter.otlp.endpoint",
          "otel.exporter.otlp.traces.endpoint",
          "otel.exporter.otlp.metrics.endpoint");

  private EnvironmentTelemetry() {}

  static Telemetry create(String serviceName) {
    return create(serviceName, EnvironmentTelemetry::setting);
  }

  static Telemetry create(String serviceName, Function<String, @Nullable String> settings) {
    boolean endpointGiven = ENDPOINTS.stream().anyMatch(key -> settings.apply(key) != null);
    boolean exporterNamed =
        EXPORTERS.stream()
            .map(key -> Optional.ofNullable(settings.apply(key)).orElse("none"))
            .anyMatch(exporter -> !exporter.equalsIgnoreCase("none"));
    if (!endpointGiven && !exporterNamed) {
      return Telemetry.of(passingOn());
    }
    OpenTelemetrySdk sdk = configure(serviceName, endpointGiven ? "otlp" : "none");
    return new Telemetry(
        sdk, () -> sdk.shutdown().join(FLUSH_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Records nothing, but hands a caller's trace context to the next stage. */
  private static OpenTelemetry passingOn() {
    return OpenTelemetry.propagating(
        ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
  }

  private static OpenTelemetrySdk configure(String serviceName, String defaultExporter) {
    Map<String, String> defaults =
        Map.of(
            "otel.service.name", serviceName,
            "otel.traces.exporter", defaultExporter,
            "otel.metrics.exporter", defaultExporter,
            "otel.logs.exporter", "none",
            "otel.propagators", "tracecontext");
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> defaults)
        .addMeterProviderCustomizer((meters, _) -> VllmNames.register(meters))
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  private static @Nullable String setting(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      value = System.getenv(property.replace('.', '_').toUpperCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? null : value;
  }
}
