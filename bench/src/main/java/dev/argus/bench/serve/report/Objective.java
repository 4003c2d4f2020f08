package dev.argus.bench.serve.report;

import dev.argus.bench.serve.load.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What makes an answer good enough (a service level objective): goodput counts those alone.
 *
 * @param limits milliseconds that a request's own figures may not be above; empty: there is no
 *     objective
 */
public record Objective(Map<Metric, Double> limits) {
  private static final String HELP =
      "--goodput takes ttft, tpot or e2el and milliseconds, such as ttft:500 tpot:50, not '%s'";

  public Objective {
    limits = Map.copyOf(limits);
  }

  /**
   * From words such as {@code ttft:500}.
   *
   * @throws IllegalArgumentException if one is none
   */
  public static Objective parse(List<String> words) {
    Map<Metric, Double> limits = new EnumMap<>(Metric.class);
    for (String word : words) {
      String[] parts = word.split(":", -1);
      if (parts.length != 2 || !parts[1].matches("\\d{1,9}(\\.\\d{1,9})?")) {
        throw new IllegalArgumentException(HELP.formatted(word));
      }
      Metric metric =
          switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "ttft" -> Metric.TTFT;
            case "tpot" -> Metric.TPOT;
            case "e2el" -> Metric.E2EL;
            default -> throw new IllegalArgumentException(HELP.formatted(word));
          };
      if (limits.put(metric, Double.parseDouble(parts[1])) != null) {
        throw new IllegalArgumentException("--goodput names %s twice".formatted(parts[0]));
      }
    }
    return new Objective(limits);
  }

  /** Whether an answer is good enough; what it has no figure of, such as TPOT of one token, is. */
  boolean isMetBy(Outcome.Answered answer) {
    return limits.entrySet().stream()
        .allMatch(limit ->
            limit.getKey().of(answer).stream().allMatch(value -> value <= limit.getValue()));
  }
}
