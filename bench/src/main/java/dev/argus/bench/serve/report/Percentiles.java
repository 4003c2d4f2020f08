package dev.argus.bench.serve.report;

import java.math.BigDecimal;
import java.util.List;

/** Which percentiles are told, such as 99 or 99.9. */
public record Percentiles(List<Double> values) {
  public Percentiles {
    if (values.isEmpty() || !values.stream().allMatch(value -> value >= 0 && value <= 100)) {
      throw new IllegalArgumentException("--metric-percentiles takes numbers from 0 to 100");
    }
    values = values.stream().distinct().sorted().toList();
  }

  /** The one that plots and short tables show: the highest. */
  double highest() {
    return values.getLast();
  }

  /** Such as {@code P99.9}. */
  static String name(double percentile) {
    return "P" + BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
  }
}
