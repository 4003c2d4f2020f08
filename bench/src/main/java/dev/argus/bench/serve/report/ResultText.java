package dev.argus.bench.serve.report;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.serve.load.Pace;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Tells figures in a terminal, line by line as {@code vllm bench serve} does. */
public record ResultText(PrintWriter out, Percentiles percentiles) {
  private static final int WIDTH = 50;
  private static final String SWEEP = "%-28s %9s %9s %10s %10s %10s %10s %10s%n";

  /** All figures of a run. */
  public void print(Figures figures) {
    out.println();
    line(" Serving Benchmark Result: %s ".formatted(figures.pace().label()), '=');
    if (!figures.wholly()) {
      out.println("STOPPED EARLY: these are the requests that had ended");
    }
    count("Successful requests:", figures.completed());
    count("Failed requests:", figures.failed());
    pace(figures);
    number("Benchmark duration (s):", figures.seconds());
    count("Total input tokens:", figures.inputTokens());
    count("Total generated tokens:", figures.outputTokens());
    number("Request throughput (req/s):", figures.requestsPerSecond());
    figures.goodput().ifPresent(goodput -> number("Request goodput (req/s):", goodput));
    number("Output token throughput (tok/s):", figures.outputPerSecond());
    number("Total token throughput (tok/s):", figures.tokensPerSecond());
    figures.latencies().forEach(this::latency);
    if (!figures.stageMillis().isEmpty()) {
      line("Server's own time per request, median", '-');
      figures.stageMillis().forEach((stage, ms) -> number(stage + " (ms):", ms));
    }
    if (figures.failed() > 0) {
      line("Failures", '-');
      figures
          .failures()
          .forEach((kind, number) -> {
            count(kind + ":", number);
            out.println("  " + figures.examples().get(kind));
          });
    }
    line("", '=');
    out.flush();
  }

  /** A line for each run. */
  public void printSweep(List<Figures> runs) {
    String highest = Percentiles.name(percentiles.highest());
    out.println();
    out.printf(
        SWEEP,
        "",
        "req/s",
        "tok/s",
        "TTFT P50",
        "TTFT " + highest,
        "TPOT P50",
        "E2EL P50",
        "E2EL " + highest);
    for (Figures run : runs) {
      out.printf(
          SWEEP,
          run.pace().label() + (run.wholly() ? "" : ", stopped"),
          Millis.text(run.requestsPerSecond()),
          Millis.text(run.outputPerSecond()),
          Millis.of(run, Metric.TTFT, 50),
          Millis.of(run, Metric.TTFT, percentiles.highest()),
          Millis.of(run, Metric.TPOT, 50),
          Millis.of(run, Metric.E2EL, 50),
          Millis.of(run, Metric.E2EL, percentiles.highest()));
    }
    out.flush();
  }

  private void pace(Figures figures) {
    switch (figures.pace()) {
      case Pace.Closed(int concurrency) -> count("Maximum request concurrency:", concurrency);
      case Pace.Open open -> {
        open.concurrency().ifPresent(most -> count("Maximum request concurrency:", most));
        number("Request rate configured (RPS):", open.rate());
        number("Burstiness factor:", open.burstiness());
        figures.lag().ifPresent(lag -> number("Sent late, at most (ms):", lag.quantile(1)));
      }
    }
  }

  private void latency(Metric metric, Samples samples) {
    line(metric.title(), '-');
    number("Mean %s (ms):".formatted(metric), samples.mean());
    number("Median %s (ms):".formatted(metric), samples.median());
    for (double percentile : percentiles.values()) {
      number(
          "%s %s (ms):".formatted(Percentiles.name(percentile), metric),
          samples.quantile(percentile / 100));
    }
  }

  private void line(String title, char fill) {
    int left = Math.max(0, (WIDTH - title.length()) / 2);
    int right = Math.max(0, WIDTH - title.length() - left);
    String edge = String.valueOf(fill);
    out.println(edge.repeat(left) + title + edge.repeat(right));
  }

  private void count(String name, long value) {
    out.printf("%-40s %d%n", name, value);
  }

  private void number(String name, double value) {
    out.printf(Locale.ROOT, "%-40s %.2f%n", name, value);
  }
}
