package dev.argus.bench.simulate.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.bench.measure.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * A run of {@code argus bench serve}.
 *
 * @param clients of a closed loop; empty: an open one
 * @param seconds that it took
 * @param preprocessMs median time for a request until its first token, of cutting its picture
 * @param encodeMs the same, of encoding
 * @param prefillMs the same, of reading its prompt
 * @param answers by when they were asked for; at least one
 */
record Measured(
    String label,
    OptionalInt clients,
    double seconds,
    double preprocessMs,
    double encodeMs,
    double prefillMs,
    List<Answer> answers) {

  /**
   * An answer.
   *
   * @param intendedMs when it was asked for, since the begin
   * @param tpotMs 0 where it has one token
   */
  record Answer(
      double intendedMs,
      double ttftMs,
      double tpotMs,
      double endToEndMs,
      int inputTokens,
      int outputTokens) {}

  /**
   * Reads all runs of a file.
   *
   * @throws IOException if it is none that {@code --result} wrote about a server of Argus
   */
  static List<Measured> read(Path file) throws IOException {
    JsonNode json = new JsonMapper().readTree(Files.readString(file));
    if (json == null || !json.path("runs").isArray()) {
      throw new IOException(
          "%s is nothing that argus bench serve --result wrote: it has no runs".formatted(file));
    }
    List<Measured> runs = new ArrayList<>();
    for (JsonNode run : json.path("runs")) {
      runs.add(run(run, file));
    }
    return runs;
  }

  Samples samples(ToDoubleFunction<Answer> value) {
    return new Samples(answers.stream().map(value::applyAsDouble).toList());
  }

  private static Measured run(JsonNode run, Path file) throws IOException {
    boolean open = run.has("request_rate");
    if (open && run.has("max_concurrency")) {
      throw new IOException(
          "%s: a run with both a rate and a limit of requests at once cannot be simulated"
              .formatted(file));
    }
    if (run.path("answers").isEmpty() || run.path("failed").intValue() > 0) {
      throw new IOException(
          "%s: a run without answers, or with failures, cannot be compared".formatted(file));
    }
    JsonNode stages = run.path("median_server_ms");
    if (!stages.has("encode") || !stages.has("prefill")) {
      throw new IOException(
          "%s: a run does not tell the server's own times; measure Argus over gRPC, questions with"
                  .formatted(file)
              + " pictures");
    }
    return new Measured(
        open
            ? "%s a second".formatted(run.path("request_rate").asText())
            : "%s at once".formatted(run.path("max_concurrency").asText()),
        open ? OptionalInt.empty() : OptionalInt.of(run.path("max_concurrency").intValue()),
        run.path("duration").doubleValue(),
        stages.path("decode image").asDouble()
            + stages.path("resize").asDouble()
            + stages.path("tokenize").asDouble(),
        stages.path("encode").doubleValue(),
        stages.path("prefill").doubleValue(),
        answers(run.path("answers")));
  }

  private static List<Answer> answers(JsonNode json) {
    List<Answer> answers = new ArrayList<>();
    for (JsonNode each : json) {
      double ttft = each.path("ttft_ms").doubleValue();
      double endToEnd = each.path("e2el_ms").doubleValue();
      int tokens = each.path("output_tokens").intValue();
      answers.add(
          new Answer(
              each.path("intended_ms").doubleValue(),
              ttft,
              tokens > 1 ? (endToEnd - ttft) / (tokens - 1) : 0,
              endToEnd,
              each.path("input_tokens").intValue(),
              tokens));
    }
    answers.sort(Comparator.comparingDouble(Answer::intendedMs));
    return answers;
  }
}
