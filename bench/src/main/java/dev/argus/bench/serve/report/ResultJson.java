package dev.argus.bench.serve.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.serve.load.Outcome;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes figures as JSON: an object for each run in {@code runs}, whose keys are those of the files
 * that {@code vllm bench serve --save-result} writes, and each answer's own times.
 */
public final class ResultJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Percentiles percentiles;
  private final ObjectNode result = JSON.createObjectNode();
  private final ArrayNode runs;

  /** For what was measured; no run yet. */
  public ResultJson(Subject subject, Percentiles percentiles) {
    this.percentiles = percentiles;
    result.put("date", subject.date());
    result.put("endpoint", subject.endpoint());
    result.put("model_id", subject.model());
    result.put("workload", subject.workload());
    result.put("machine", subject.machine());
    ObjectNode settings = result.putObject("settings");
    subject.settings().forEach(settings::put);
    runs = result.putArray("runs");
  }

  /** Adds a run. */
  public void add(Run run, Figures figures) {
    ObjectNode json = runs.addObject();
    pace(json, figures.pace());
    json.put("stopped_early", !figures.wholly());
    json.put("duration", figures.seconds());
    json.put("completed", figures.completed());
    json.put("failed", figures.failed());
    json.put("total_input_tokens", figures.inputTokens());
    json.put("total_output_tokens", figures.outputTokens());
    json.put("request_throughput", figures.requestsPerSecond());
    figures.goodput().ifPresent(goodput -> json.put("request_goodput", goodput));
    json.put("output_throughput", figures.outputPerSecond());
    json.put("total_token_throughput", figures.tokensPerSecond());
    figures
        .latencies()
        .forEach(
            (metric, samples) -> latency(json, metric.name().toLowerCase(Locale.ROOT), samples));
    figures.lag().ifPresent(lag -> latency(json, "send_lag", lag));
    ObjectNode stages = json.putObject("median_server_ms");
    figures.stageMillis().forEach(stages::put);
    failures(json.putArray("failures"), figures);
    answers(json.putArray("answers"), run);
  }

  /** Writes all of it. */
  public void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(result) + "\n");
  }

  private static void pace(ObjectNode json, Pace pace) {
    switch (pace) {
      case Pace.Closed(int concurrency) -> json.put("max_concurrency", concurrency);
      case Pace.Open open -> {
        json.put("request_rate", open.rate());
        json.put("burstiness", open.burstiness());
        open.concurrency().ifPresent(most -> json.put("max_concurrency", most));
      }
    }
  }

  private void latency(ObjectNode json, String name, Samples samples) {
    json.put("mean_%s_ms".formatted(name), samples.mean());
    json.put("median_%s_ms".formatted(name), samples.median());
    json.put("std_%s_ms".formatted(name), samples.deviation());
    for (double percentile : percentiles.values()) {
      json.put(
          "%s_%s_ms".formatted(Percentiles.name(percentile).toLowerCase(Locale.ROOT), name),
          samples.quantile(percentile / 100));
    }
  }

  private static void failures(ArrayNode json, Figures figures) {
    figures
        .failures()
        .forEach((kind, number) ->
            json.addObject()
                .put("kind", kind)
                .put("number", number)
                .put("example", figures.examples().get(kind)));
  }

  private static void answers(ArrayNode json, Run run) {
    for (Outcome.Answered answer : run.answered()) {
      ObjectNode each =
          json.addObject()
              .put("intended_ms", answer.timing().intended() / 1e6)
              .put("send_lag_ms", answer.timing().lagMillis())
              .put("ttft_ms", answer.timing().ttftMillis())
              .put("e2el_ms", answer.timing().endToEndMillis())
              .put("input_tokens", answer.promptTokens())
              .put("output_tokens", answer.outputTokens());
      ArrayNode gaps = each.putArray("itl_ms");
      answer.timing().gapsMillis().forEach(gaps::add);
    }
  }
}
