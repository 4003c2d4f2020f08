package dev.argus.gateway.grpc;

import dev.argus.gateway.core.Answer;
import dev.argus.gateway.core.Outcome;
import dev.argus.service.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of requests afterwards: a span each with the GenAI attributes, metrics, and one log
 * line. Never their content.
 *
 * <p>Thread-safe.
 */
final class RequestTelemetry {
  private static final Logger LOG = LoggerFactory.getLogger("dev.argus.gateway.Requests");
  private static final double NANOS_PER_SECOND = 1e9;
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("gen_ai.operation.name");
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");

  /** Seconds, as the GenAI conventions advise, and finer below: small models answer in a blink. */
  private static final List<Double> BUCKETS =
      List.of(
          0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0,
          7.5, 10.0, 20.0, 40.0, 80.0, 160.0);

  private final Tracer tracer;
  private final LongCounter requests;
  private final LongUpDownCounter active;
  private final DoubleHistogram duration;
  private final DoubleHistogram ttft;

  RequestTelemetry(Telemetry telemetry) {
    Meter meter = telemetry.meter();
    tracer = telemetry.tracer();
    requests =
        meter
            .counterBuilder("argus.gateway.requests")
            .setUnit("{request}")
            .setDescription("Requests that ended, by outcome")
            .build();
    active =
        meter
            .upDownCounterBuilder("argus.gateway.requests.active")
            .setUnit("{request}")
            .setDescription("Requests being served")
            .build();
    duration =
        meter
            .histogramBuilder("argus.gateway.request.duration")
            .setUnit("s")
            .setDescription("From a request's receipt to its end")
            .setExplicitBucketBoundariesAdvice(BUCKETS)
            .build();
    ttft =
        meter
            .histogramBuilder("gen_ai.server.time_to_first_token")
            .setUnit("s")
            .setDescription("From a request's receipt to the sending of its first token")
            .setExplicitBucketBoundariesAdvice(BUCKETS)
            .build();
  }

  /** Begins a request; the span is the caller's to make current. */
  Request begin() {
    active.add(1);
    Span span = tracer.spanBuilder("chat").setAttribute(OPERATION, "chat").startSpan();
    return new Request(span, System.nanoTime());
  }

  /** One request. Not thread-safe; ended exactly once. */
  final class Request {
    private final Span span;
    private final long startNanos;
    private String model = "-";

    private Request(Span span, long startNanos) {
      this.span = span;
      this.startNanos = startNanos;
    }

    Span span() {
      return span;
    }

    /** 32 hexadecimal digits; empty when nothing is traced. */
    String traceId() {
      return span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
    }

    /**
     * The served model that it is for. Others are never named: a label must not grow without end.
     */
    void isFor(String served) {
      model = served;
      span.updateName("chat " + served);
      span.setAttribute(MODEL, served);
    }

    void completed(Answer answer) {
      span.setAttribute("gen_ai.usage.input_tokens", answer.plan().promptTokens());
      span.setAttribute("gen_ai.usage.output_tokens", answer.completionTokens());
      span.setAttribute("gen_ai.usage.cache_read.input_tokens", answer.cachedTokens());
      span.setAttribute("argus.tiles", answer.plan().tiles());
      span.setAttribute("argus.tiles.cached", answer.cachedTiles());
      span.setAttribute(
          AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"),
          List.of(answer.reason().name().toLowerCase(java.util.Locale.ROOT)));
      if (answer.ttftNanos() > 0) {
        ttft.record(
            answer.ttftNanos() / NANOS_PER_SECOND, Attributes.of(OPERATION, "chat", MODEL, model));
      }
      end(Outcome.COMPLETED, answer);
    }

    void failed(Throwable failure) {
      Outcome outcome = Outcome.of(failure);
      span.setStatus(StatusCode.ERROR, outcome.label());
      span.setAttribute("error.type", outcome.label());
      end(outcome, null);
    }

    private void end(Outcome outcome, @Nullable Answer answer) {
      double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
      Attributes labels = Attributes.of(MODEL, model, OUTCOME, outcome.label());
      active.add(-1);
      requests.add(1, labels);
      duration.record(seconds, labels);
      if (answer == null) {
        LOG.info("model={} outcome={} total={}ms", model, outcome.label(), millis(seconds));
      } else {
        LOG.info(
            "model={} outcome={} tokens={}+{} tiles={} ttft={}ms total={}ms",
            model,
            outcome.label(),
            answer.plan().promptTokens(),
            answer.completionTokens(),
            answer.plan().tiles(),
            millis(answer.ttftNanos() / NANOS_PER_SECOND),
            millis(seconds));
      }
      span.end();
    }

    private static long millis(double seconds) {
      return Math.round(seconds * 1000);
    }
  }
}
