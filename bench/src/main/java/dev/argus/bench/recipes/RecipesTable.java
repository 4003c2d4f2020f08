package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Segment;
import dev.argus.bench.measure.ForeignLoad;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what was found, for people. */
record RecipesTable(PrintWriter out) {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final List<Segment> MEASURED =
      List.of(
          Segment.TOKENIZE,
          Segment.DECODE_IMAGE,
          Segment.RESIZE,
          Segment.TENSOR,
          Segment.ENCODE,
          Segment.PREFILL,
          Segment.OTHER);
  private static final List<Segment> AT_GPU_SPEED =
      List.of(
          Segment.TOKENIZE,
          Segment.DECODE_IMAGE,
          Segment.RESIZE,
          Segment.TENSOR,
          Segment.OTHER,
          Segment.GPU);

  /** Prints all of it. */
  void print(RecipesReport report) {
    long pixels = 3L * report.tileSide() * report.tileSide() * report.tiles();
    out.printf(
        Locale.ROOT,
        "%s, %d threads a run, on %s%n"
            + "%d tiles (%.1f MiB as float32, %.1f MiB as uint8), %d prompt tokens, answers of %d tokens;"
            + " %d questions for each, in turns%s%n",
        report.model(),
        report.threads(),
        report.machine(),
        report.tiles(),
        4 * pixels / BYTES_PER_MEBIBYTE,
        pixels / BYTES_PER_MEBIBYTE,
        report.promptTokens(),
        report.outputTokens(),
        report.runs(),
        load(report));
    out.printf("%nTime to first token, ms%n");
    out.printf(
        "  %-18s %9s %19s %8s %s %8s  %s%n",
        "", "MEDIAN", "P10-P90", "CHANGE", header(MEASURED), "TOK/S", "ANSWERS");
    for (StepFigures step : report.steps()) {
      out.printf(
          "  %-18s %9s %19s %8s %s %8s  %s%n",
          step.step(),
          number(step.medianMs()),
          number(step.p10Ms()) + " - " + number(step.p90Ms()),
          change(step.cut()),
          row(MEASURED, step.byStage()),
          number(step.tokensPerSecond()),
          answers(step, report));
    }
    if (report.steps().stream().anyMatch(StepFigures::warm)) {
      out.printf("  The caches' rows are of a picture that was asked about before.%n");
    }
    printAtGpuSpeed(report);
    out.flush();
  }

  private void printAtGpuSpeed(RecipesReport report) {
    out.printf(
        Locale.ROOT,
        "%nAt GPU speed, ms: NOT measured; preprocessing as above, encoder and decoder %.1f ms (all that %s"
            + " has left with the paper's recipes)%n",
        report.gpuMs(),
        report.gpuSource());
    out.printf("  %-18s %9s %8s %s%n", "", "SUM", "CHANGE", header(AT_GPU_SPEED));
    double first = report.steps().getFirst().gpuTotalMs();
    for (StepFigures step : report.steps()) {
      Map<Segment, Double> parts = step.atGpuSpeed();
      if (parts != null) {
        out.printf(
            "  %-18s %9s %8s %s%n",
            step.step(),
            number(step.gpuTotalMs()),
            change(1 - step.gpuTotalMs() / first),
            row(AT_GPU_SPEED, parts));
      }
    }
  }

  private static String answers(StepFigures step, RecipesReport report) {
    String share = String.format(Locale.ROOT, "%.1f %%", 100 * step.agreement());
    if (!step.exact()) {
      return "%s of tokens as at fp32 (%s)".formatted(share, report.precision());
    }
    return step.kept() ? "same" : "DIFFER: " + share + " of tokens are the same";
  }

  private static String load(RecipesReport report) {
    if (report.foreignLoad() == null) {
      return "";
    }
    String share = String.format(Locale.ROOT, "%.0f %%", 100 * report.foreignLoad());
    return report.foreignLoad() > ForeignLoad.LIMIT
        ? "%nNOISY: other processes took %s of the processors; measure again".formatted(share)
        : "; other processes took " + share + " of the processors";
  }

  private static String header(List<Segment> segments) {
    StringBuilder row = new StringBuilder();
    segments.forEach(
        segment -> row.append("%10s".formatted(segment.label().toUpperCase(Locale.ROOT))));
    return row.toString();
  }

  private static String row(List<Segment> segments, Map<Segment, Double> millis) {
    StringBuilder row = new StringBuilder();
    segments.forEach(
        segment -> row.append("%10s".formatted(number(millis.getOrDefault(segment, 0.0)))));
    return row.toString();
  }

  private static String change(double cut) {
    return cut == 0 ? "-" : String.format(Locale.ROOT, "%+.1f %%", -100 * cut);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
