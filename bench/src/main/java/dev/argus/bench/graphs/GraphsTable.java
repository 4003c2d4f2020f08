package dev.argus.bench.graphs;

import dev.argus.bench.measure.ForeignLoad;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what was found, for people. */
record GraphsTable(PrintWriter out) {
  private static final String FIGURE = "  %-12s %6s %10s %19s %9s %17s %11s %7s%n";
  private static final String LOADING = "  %-12s %-8s %10s %10s%n";

  /** Prints all of it. */
  void print(GraphsReport report) {
    out.printf(
        "%s, %d threads a run, %s, on %s%n",
        report.model(), report.threads(), report.device(), report.machine());
    report.sections().forEach(this::print);
    out.printf("%nBytes between process and device in a greedy decode step%n");
    for (StepBytes step : report.stepBytes()) {
      out.printf("  %-12s context %6d %12d%n", step.graph(), step.context(), step.bytes());
    }
    out.printf("%nTo have them%n");
    out.printf(LOADING, "GRAPH", "PART", "MIB", "LOAD MS");
    for (Loading loading : report.loading()) {
      out.printf(
          LOADING,
          loading.graph(),
          loading.part(),
          number(loading.bytes() / (double) (1 << 20), 0),
          number(loading.loadMs(), 0));
    }
    report.refused().forEach(why -> out.printf("%nNot measured: %s%n", why));
    out.flush();
  }

  private void print(Section section) {
    out.printf("%n%s%s%n", section.title(), load(section));
    out.printf(
        FIGURE, "GRAPH", "BATCH", "MEDIAN MS", "P10-P90 MS", "PER S", "OF NAIVE", "REL. ERROR", "");
    for (Figure figure : section.figures()) {
      out.printf(
          FIGURE,
          figure.graph(),
          figure.batch(),
          number(figure.medianMs(), 2),
          number(figure.p10Ms(), 2) + " - " + number(figure.p90Ms(), 2),
          number(figure.perSecond(), 1),
          ratio(figure),
          figure.error() == null ? "-" : String.format(Locale.ROOT, "%.1e", figure.error()),
          verdict(figure));
    }
  }

  private static String load(Section section) {
    if (section.foreignLoad() == null) {
      return "";
    }
    String share = number(100 * section.foreignLoad(), 0) + " %";
    return section.noisy(ForeignLoad.LIMIT)
        ? " - NOISY: other processes took " + share + " of the processors; measure again"
        : ", other processes took " + share + " of the processors";
  }

  private static String ratio(Figure figure) {
    String ratio = figure.ofNaive() == null ? "-" : number(figure.ofNaive(), 2) + "x";
    return figure.target() == null ? ratio : ratio + " (<= " + number(figure.target(), 2) + ")";
  }

  private static String verdict(Figure figure) {
    Double ratio = figure.ofNaive();
    Double target = figure.target();
    return ratio == null || target == null ? "" : ratio <= target ? "met" : "MISSED";
  }

  private static String number(@Nullable Double value, int digits) {
    return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
