package dev.argus.gateway.http;

import dev.argus.service.telemetry.Buckets;
import dev.argus.service.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.Function;

/**
 * A span and a duration for each HTTP request, as OpenTelemetry's HTTP conventions have them. What
 * is known of the answer itself is known for every protocol, elsewhere. Thread-safe.
 */
final class HttpTelemetry {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final Telemetry telemetry;
  private final DoubleHistogram duration;

  HttpTelemetry(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.duration =
        telemetry
            .meter()
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .setDescription("From an HTTP request's receipt to the end of its answer")
            .setExplicitBucketBoundariesAdvice(Buckets.SECONDS)
            .build();
  }

  /**
   * Begins a request's span, as the child of the span that its headers name.
   *
   * @param headers gives a header's value by its name in lower case
   */
  Request begin(String method, String route, Function<String, Optional<String>> headers) {
    Attributes labels = Attributes.of(METHOD, method, ROUTE, route);
    Span span =
        telemetry
            .tracer()
            .spanBuilder(method + " " + route)
            .setSpanKind(SpanKind.SERVER)
            .setParent(telemetry.received(headers))
            .setAllAttributes(labels)
            .startSpan();
    return new Request(span, labels, System.nanoTime());
  }

  /** One request. Not thread-safe; closed at its end. */
  final class Request implements AutoCloseable {
    private final Span span;
    private final Attributes labels;
    private final long startNanos;
    private long status = 500;

    private Request(Span span, Attributes labels, long startNanos) {
      this.span = span;
      this.labels = labels;
      this.startNanos = startNanos;
    }

    /** The request's span, the caller's to make current. */
    Span span() {
      return span;
    }

    /** What it was answered with, or would have been if its answer had not begun already. */
    void status(int code) {
      status = code;
    }

    @Override
    public void close() {
      Attributes all = labels.toBuilder().put(STATUS, status).build();
      double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
      duration.record(seconds, all, Context.root().with(span)); // With the trace as an exemplar.
      span.setAttribute(STATUS, status);
      if (status >= 500) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
