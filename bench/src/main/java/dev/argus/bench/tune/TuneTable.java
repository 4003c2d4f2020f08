package dev.argus.bench.tune;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints what was tried, for people. */
record TuneTable(PrintWriter out) {
  void print(Trials trials) {
    out.printf("%n%s, ms per %s%n", trials.part(), trials.unit());
    out.printf(
        "  %-24s %12s %12s %22s%n",
        "", "MEDIAN", "P90", trials.fidelity().toUpperCase(Locale.ROOT));
    Trial best = trials.best();
    for (Trial trial : trials.all()) {
      out.printf(
          Locale.ROOT,
          "  %-24s %12.2f %12.2f %20.2f %%  %s%n",
          trial.label(),
          trial.medianMs(),
          trial.p90Ms(),
          100 * trial.fidelity(),
          verdict(trials, trial, best));
    }
    out.flush();
  }

  private static String verdict(Trials trials, Trial trial, Trial best) {
    if (trial.equals(best)) {
      return "<- taken";
    }
    return trial.passes()
        ? ""
        : String.format(Locale.ROOT, "refused: below %.0f %%", 100 * trials.least());
  }
}
