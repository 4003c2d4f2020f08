package dev.argus.bench.simulate;

import dev.argus.bench.simulate.validate.Comparison;
import dev.argus.bench.simulate.validate.Validation;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints what was measured beside what was simulated. */
final class ValidationTable {
  private ValidationTable() {}

  static void print(Validation validation, PrintWriter out) {
    for (Comparison comparison : validation.comparisons()) {
      out.printf(
          "%n%s%s%n",
          comparison.load(),
          comparison.calibrates() ? ": stage times are from here" : ", foretold");
      out.printf("  %-16s %12s %12s %10s%n", "", "MEASURED", "SIMULATED", "OFF BY");
      for (Comparison.Row row : comparison.rows()) {
        out.printf(
            Locale.ROOT,
            "  %-16s %12.2f %12.2f %+8.1f %%%n",
            "%s, %s".formatted(row.name(), row.unit()),
            row.measured(),
            row.simulated(),
            100 * row.off());
      }
    }
  }
}
