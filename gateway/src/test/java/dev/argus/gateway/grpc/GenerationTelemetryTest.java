package dev.argus.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.NotFound;
import dev.argus.v1.GenerateResponse;
import io.grpc.ManagedChannel;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GenerationTelemetryTest extends GatewayOverFakes {
  @Test
  void oneTraceFollowsTheRequestThroughAllStages() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));
    String traceId = answer.getLast().getCompletion().getAnatomy().getTraceId();
    Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 5);

    assertThat(spans.getFinishedSpanItems())
        .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(traceId));
    SpanData generation = span("chat tiny");
    assertThat(generation.getAttributes().asMap().toString())
        .contains("gen_ai.request.model=tiny")
        .contains("gen_ai.usage.input_tokens=13")
        .contains("gen_ai.usage.output_tokens=3")
        .contains("gen_ai.usage.cache_read.input_tokens=4")
        .contains("argus.tiles.cached=1");
    assertThat(spans.getFinishedSpanItems())
        .filteredOn(span -> span.getParentSpanId().equals(generation.getSpanId()))
        .hasSize(3);
  }

  @Test
  void requestsAreCountedByOutcome() {
    ManagedChannel gateway = gateway();
    readAll(generate(gateway, question()));
    assertThatThrownBy(() -> readAll(generate(gateway, questionFor("huge"))))
        .isInstanceOf(NotFound.class);
    Awaitility.await().until(() -> requestsEnded() == 2);

    String counted = metric("argus.gateway.requests").orElseThrow().toString();
    assertThat(counted).contains("completed").contains("not_found").doesNotContain("huge");
    assertThat(metric("gen_ai.server.request.duration")).isPresent();
    assertThat(metric("gen_ai.server.time_to_first_token")).isPresent();
    assertThat(metric("argus.gateway.requests.active").orElseThrow().getLongSumData().getPoints())
        .allSatisfy(point -> assertThat(point.getValue()).isZero());
  }

  @Test
  void histogramsNameATraceAsTheirExample() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));
    String traceId = answer.getLast().getCompletion().getAnatomy().getTraceId();
    Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 5);

    // Once: whoever collects takes the exemplars along.
    assertThat(metrics.collectAllMetrics())
        .filteredOn(metric -> metric.getName().startsWith("gen_ai.server."))
        .hasSize(3)
        .flatExtracting(metric -> metric.getHistogramData().getPoints())
        .allSatisfy(point ->
            assertThat(point.getExemplars())
                .extracting(exemplar -> exemplar.getSpanContext().getTraceId())
                .containsExactly(traceId));
  }

  private SpanData span(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
