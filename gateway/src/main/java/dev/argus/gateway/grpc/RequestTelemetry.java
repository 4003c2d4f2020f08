package dev.argus.gateway.grpc;

import dev.argus.gateway.core.Answer;
import dev.argus.gateway.core.Outcome;
import dev.argus.service.telemetry.Buckets;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.telemetry.VllmNames;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Locale;
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
  private static final AttributeKey<String> FINISH_REASON =
      AttributeKey.stringKey("argus.finish_reason");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("gen_ai.operation.name");
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");

  private static final AttributeKey<String> TOKEN_TYPE =
      AttributeKey.stringKey("gen_ai.token.type");

  private final Tracer tracer;
  private final LongCounter requests;
  private final LongCounter answers;
  private final LongUpDownCounter active;
  private final DoubleHistogram duration;
  private final DoubleHistogram firstToken;
  private final DoubleHistogram perToken;
  private final LongHistogram tokens;

  RequestTelemetry(Telemetry telemetry) {
    Meter meter = telemetry.meter();
    tracer = telemetry.tracer();
    requests = counter(meter, "argus.gateway.requests", "Requests that ended, by outcome");
    answers = counter(meter, "argus.gateway.answers", "Answers completed, by why they ended");
    active =
        meter
            .upDownCounterBuilder("argus.gateway.requests.active")
            .setUnit("{request}")
            .setDescription("Requests being served")
            .build();
    duration =
        seconds(meter, "gen_ai.server.request.duration", "From a request's receipt to its end");
    firstToken =
        seconds(
            meter,
            "gen_ai.server.time_to_first_token",
            "From a request's receipt to the sending of its first token");
    perToken =
        seconds(
            meter,
            "gen_ai.server.time_per_output_token",
            "Mean time for each token of an answer after its first");
    tokens =
        meter
            .histogramBuilder("gen_ai.client.token.usage")
            .ofLongs()
            .setUnit("{token}")
            .setDescription("Tokens of a request's prompt, and of its answer")
            .setExplicitBucketBoundariesAdvice(Buckets.TOKENS)
            .build();
  }

  private static LongCounter counter(Meter meter, String name, String description) {
    return meter.counterBuilder(name).setUnit("{request}").setDescription(description).build();
  }

  private static DoubleHistogram seconds(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(Buckets.SECONDS)
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

    /** Measured in it, so that histograms have the trace as an exemplar. */
    private final Context context;

    private final long startNanos;
    private String model = "-";

    private Request(Span span, long startNanos) {
      this.span = span;
      this.context = Context.root().with(span);
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
          AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), List.of(reason(answer)));
      measure(answer);
      end(Outcome.COMPLETED, answer);
    }

    private void measure(Answer answer) {
      Attributes labels = labels().build();
      answers.add(
          1,
          VllmNames.ended(model, reason(answer)).toBuilder()
              .put(MODEL, model)
              .put(FINISH_REASON, reason(answer))
              .build());
      tokens.record(
          answer.plan().promptTokens(), labels().put(TOKEN_TYPE, "input").build(), context);
      tokens.record(answer.completionTokens(), labels().put(TOKEN_TYPE, "output").build(), context);
      if (answer.ttftNanos() > 0) {
        firstToken.record(answer.ttftNanos() / NANOS_PER_SECOND, labels, context);
      }
      if (answer.completionTokens() > 1) {
        long afterFirst = answer.totalNanos() - answer.ttftNanos();
        perToken.record(
            afterFirst / NANOS_PER_SECOND / (answer.completionTokens() - 1), labels, context);
      }
    }

    private AttributesBuilder labels() {
      return VllmNames.model(model).toBuilder().put(OPERATION, "chat").put(MODEL, model);
    }

    private static String reason(Answer answer) {
      return answer.reason().name().toLowerCase(Locale.ROOT);
    }

    void failed(Throwable failure) {
      Outcome outcome = Outcome.of(failure);
      span.setStatus(StatusCode.ERROR, outcome.label());
      span.setAttribute("error.type", outcome.label());
      end(outcome, null);
    }

    private void end(Outcome outcome, @Nullable Answer answer) {
      double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
      active.add(-1);
      requests.add(1, Attributes.of(MODEL, model, OUTCOME, outcome.label()));
      AttributesBuilder labels = labels();
      if (answer == null) {
        labels.put("error.type", outcome.label());
      }
      duration.record(seconds, labels.build(), context);
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
