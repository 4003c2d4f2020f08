package dev.argus.bench.serve.report;

import dev.argus.bench.serve.load.Outcome;
import java.util.List;

/** A latency as clients see it, in milliseconds, by the names of {@code vllm bench serve}. */
public enum Metric {
  /** From when a request was to be sent to the first piece of its answer. */
  TTFT("Time to First Token"),

  /** For each token after the first, on average over an answer. */
  TPOT("Time per Output Token (excl. 1st token)"),

  /** From each piece of an answer to the next. */
  ITL("Inter-token Latency"),

  /** From when a request was to be sent to the end of its answer. */
  E2EL("End-to-end Latency");

  private final String title;

  Metric(String title) {
    this.title = title;
  }

  /** Its name in full. */
  public String title() {
    return title;
  }

  /** Its values in an answer: one, or one for each gap between pieces; none where it has none. */
  List<Double> of(Outcome.Answered answer) {
    return switch (this) {
      case TTFT -> List.of(answer.timing().ttftMillis());
      case TPOT -> answer.tpotMillis().stream().boxed().toList();
      case ITL -> answer.timing().gapsMillis();
      case E2EL -> List.of(answer.timing().endToEndMillis());
    };
  }
}
