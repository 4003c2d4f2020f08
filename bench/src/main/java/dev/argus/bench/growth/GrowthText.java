package dev.argus.bench.growth;

import dev.argus.bench.measure.ForeignLoad;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what was found, for people. */
record GrowthText(PrintWriter out) {

  /** Prints all of it. */
  void print(GrowthReport report) {
    out.printf(
        Locale.ROOT,
        "%s at %s, %d threads a run, on %s%n"
            + "Time to first token, ms: the median of %d questions, in turns; caches off%n",
        report.model(),
        report.precision(),
        report.threads(),
        report.machine(),
        report.runs());
    report.growths().forEach(this::print);
    Double foreign = report.foreignLoad();
    if (foreign != null) {
      out.printf(
          Locale.ROOT,
          "%nOther processes took %.0f %% of the processors%s.%n",
          100 * foreign,
          foreign > ForeignLoad.LIMIT ? ": NOISY, measure again" : "");
    }
    out.flush();
  }

  private void print(Growth growth) {
    out.printf(Locale.ROOT, "%nBy %s%n", growth.axis().label());
    out.printf(
        Locale.ROOT,
        "%9s %7s %7s %10s %20s",
        growth.axis().unit() + "s",
        "TILES",
        "TOKENS",
        "TTFT",
        "ALL");
    for (Part part : Part.values()) {
      out.printf(Locale.ROOT, " %11s", part.label().toUpperCase(Locale.ROOT));
    }
    out.printf(Locale.ROOT, " %10s %8s%n", "LINE", "OFF");
    growth.points().forEach(point -> print(point, growth));
    conclude(growth);
  }

  private void print(Point point, Growth growth) {
    out.printf(
        Locale.ROOT,
        "%9d %7d %7d %10.1f %20s",
        point.x(),
        point.tiles(),
        point.promptTokens(),
        point.medianMs(),
        String.format(
            Locale.ROOT, "%.1f - %.1f", point.allMs().getFirst(), point.allMs().getLast()));
    for (Part part : Part.values()) {
      out.printf(Locale.ROOT, " %11.1f", point.of(part));
    }
    out.printf(Locale.ROOT, " %10.1f %+8.1f%n", growth.line().at(point.x()), growth.off(point));
  }

  private void conclude(Growth growth) {
    Line line = growth.line();
    Axis axis = growth.axis();
    out.printf(
        Locale.ROOT,
        "The line: %.1f ms and %.3f ms for each %s, R2 %.4f.%n",
        line.interceptMs(),
        line.slopeMs(),
        axis.unit(),
        line.r2());
    Point farthest = growth.farthest();
    out.printf(
        Locale.ROOT,
        "Farthest from it: %s, %.1f ms %s (%.1f %% of its time); by part, from the part's own line:"
            + " %s.%n",
        axis.count(farthest.x()),
        Math.abs(growth.offMs()),
        growth.offMs() < 0 ? "below" : "above",
        100 * Math.abs(growth.offMs()) / farthest.medianMs(),
        byPart(growth.offByPart()));
  }

  /** The largest first. */
  private static String byPart(Map<Part, Double> off) {
    return off.entrySet().stream()
        .sorted((a, b) -> Double.compare(Math.abs(b.getValue()), Math.abs(a.getValue())))
        .map(each -> String.format(Locale.ROOT, "%s %+.1f", each.getKey().label(), each.getValue()))
        .collect(Collectors.joining(", "));
  }
}
