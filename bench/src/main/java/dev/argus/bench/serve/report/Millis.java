package dev.argus.bench.serve.report;

import java.util.Locale;
import java.util.Optional;

/** Figures as short tables show them. */
final class Millis {
  private static final String UNKNOWN = "-";

  private Millis() {}

  /** A percentile of a latency, in milliseconds; a dash where nothing is known of it. */
  static String of(Figures figures, Metric metric, double percentile) {
    return Optional.ofNullable(figures.latencies().get(metric))
        .map(samples -> text(samples.quantile(percentile / 100)))
        .orElse(UNKNOWN);
  }

  /** With as many decimals as matter. */
  static String text(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }
}
