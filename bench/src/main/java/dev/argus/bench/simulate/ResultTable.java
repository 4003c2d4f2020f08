package dev.argus.bench.simulate;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints results, a block for each size. */
record ResultTable(PrintWriter out) {

  /**
   * Prints.
   *
   * @param common of which is told what all scenarios share
   */
  void print(Scenario common, List<Result> results) {
    out.printf(
        Locale.ROOT,
        "%s traffic, %s hours; good enough: %s; $%s a CPU-hour, $%s a GPU-hour%n",
        common.shape().label(),
        number(common.hours()),
        common.objective().limits().entrySet().stream()
            .map(limit -> "%s within %s ms".formatted(limit.getKey(), number(limit.getValue())))
            .sorted()
            .collect(Collectors.joining(", ")),
        number(common.prices().cpuHour()),
        number(common.prices().gpuHour()));
    results.stream()
        .collect(Collectors.groupingBy(Result::peakRate, TreeMap::new, Collectors.toList()))
        .values()
        .forEach(this::block);
  }

  private void block(List<Result> size) {
    Result first = size.getFirst();
    out.printf(
        Locale.ROOT,
        "%nPeak of %s requests/s, which needs %s replicas: %,d requests%n",
        number(first.peakRate()),
        number(first.replicas()),
        first.sent());
    out.printf(
        "  %-22s %6s %9s %8s %8s %8s %9s %9s %6s %6s  %s%n",
        "",
        "GOOD",
        "REFUSED",
        "TTFT P50",
        "P99",
        "TPOT P99",
        "$ PER M",
        "CPU-HOURS",
        "CACHED",
        "TURNS",
        "PODS (MOST), BUSY");
    size.forEach(this::row);
  }

  private void row(Result result) {
    out.printf(
        Locale.ROOT,
        "  %-22s %5.1f%% %,9d %8s %8s %8s %9s %9s %5.0f%% %6d  %s%n",
        result.label(),
        100 * result.attainment(),
        result.refused(),
        number(result.ttftMs().p50()),
        number(result.ttftMs().p99()),
        number(result.tpotMs().p99()),
        number(result.dollarsPerMillion()),
        number(result.cpuHours())
            + (result.gpuHours() > 0 ? "+" + number(result.gpuHours()) + "g" : ""),
        100 * result.cacheHits(),
        result.turns(),
        result.deployments().stream().map(ResultTable::pods).collect(Collectors.joining(", ")));
  }

  private static String pods(Result.Scaled deployment) {
    return String.format(
        Locale.ROOT,
        "%s %s (%d) %.0f%%",
        deployment.name(),
        number(deployment.meanPods()),
        deployment.mostPods(),
        100 * deployment.utilisation());
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    boolean whole = value >= 100 || Math.abs(value - Math.rint(value)) < 1e-9;
    return String.format(Locale.ROOT, whole ? "%.0f" : "%.2f", value);
  }
}
