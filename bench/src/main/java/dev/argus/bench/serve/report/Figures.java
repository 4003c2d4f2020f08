package dev.argus.bench.serve.report;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.serve.load.Outcome;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The figures of one run.
 *
 * @param seconds that it took
 * @param wholly whether it ran to its end
 * @param goodput good answers a second; empty without an objective
 * @param latencies without those that nothing is known of
 * @param lag how late requests were sent, milliseconds
 * @param stageMillis medians over answers of what the server says it did until the first token
 * @param failures numbers of failed requests by their kind
 * @param examples for each kind of failure, what was said the first time
 */
public record Figures(
    Pace pace,
    double seconds,
    boolean wholly,
    int completed,
    int failed,
    long inputTokens,
    long outputTokens,
    OptionalDouble goodput,
    Map<Metric, Samples> latencies,
    Optional<Samples> lag,
    Map<String, Double> stageMillis,
    Map<String, Long> failures,
    Map<String, String> examples) {

  /** Works them out. */
  public static Figures of(Run run, Objective objective) {
    List<Outcome.Answered> answered = run.answered();
    Map<String, String> examples = new TreeMap<>();
    run.failed().forEach(failure -> examples.putIfAbsent(failure.kind(), failure.message()));
    return new Figures(
        run.pace(),
        run.seconds(),
        run.wholly(),
        answered.size(),
        run.failed().size(),
        answered.stream().mapToLong(Outcome.Answered::promptTokens).sum(),
        answered.stream().mapToLong(Outcome.Answered::outputTokens).sum(),
        objective.limits().isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(
                answered.stream().filter(objective::isMetBy).count() / run.seconds()),
        latencies(answered),
        samples(answered.stream().map(answer -> answer.timing().lagMillis()).toList()),
        stages(answered),
        run.failed().stream()
            .collect(
                Collectors.groupingBy(Outcome.Failed::kind, TreeMap::new, Collectors.counting())),
        examples);
  }

  /** Requests answered in a second. */
  public double requestsPerSecond() {
    return completed / seconds;
  }

  /** Tokens of answers in a second. */
  public double outputPerSecond() {
    return outputTokens / seconds;
  }

  /** Tokens of prompts and answers in a second. */
  public double tokensPerSecond() {
    return (inputTokens + outputTokens) / seconds;
  }

  private static Map<Metric, Samples> latencies(List<Outcome.Answered> answered) {
    Map<Metric, Samples> latencies = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      samples(answered.stream().flatMap(answer -> metric.of(answer).stream()).toList())
          .ifPresent(samples -> latencies.put(metric, samples));
    }
    return latencies;
  }

  private static Map<String, Double> stages(List<Outcome.Answered> answered) {
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (Outcome.Answered answer : answered) {
      answer
          .stageMillis()
          .forEach((stage, ms) -> all.computeIfAbsent(stage, _ -> new ArrayList<>()).add(ms));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    all.forEach((stage, millis) -> medians.put(stage, new Samples(millis).median()));
    return medians;
  }

  private static Optional<Samples> samples(List<Double> millis) {
    return millis.isEmpty() ? Optional.empty() : Optional.of(new Samples(millis));
  }
}
