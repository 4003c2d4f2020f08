package dev.argus.bench.split;

import dev.argus.bench.measure.ForeignLoad;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what was found, for people. */
record SplitText(PrintWriter out) {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  /** Prints all of it. */
  void print(SplitReport report) {
    out.printf(
        Locale.ROOT,
        "%s at %s on %s%n%d tiles and %d prompt tokens a question, answers of %d tokens, each about a"
            + " picture that no cache knows%n%nOne at a time, %d pairs of questions in turns:%n",
        report.model(),
        report.precision(),
        report.machine(),
        report.tiles(),
        report.promptTokens(),
        report.outputTokens(),
        report.alone().getFirst().ones().size());
    table(report.alone());
    out.printf(
        Locale.ROOT,
        "%n%d at once, %d rounds of %d questions in turns:%n",
        report.clients(),
        report.together().getFirst().ones().size(),
        report.requests());
    table(report.together());
    verdict(report);
    hops(report);
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

  private void table(List<Comparison> comparisons) {
    out.printf(
        Locale.ROOT,
        "%-24s %12s %12s  four to one: median of the pairs, quartiles%n",
        "",
        "1 PROCESS",
        "4");
    comparisons.forEach(each ->
        out.printf(
            Locale.ROOT,
            "%-24s %12.2f %12.2f  %11.3f  (%.3f to %.3f)%n",
            each.measure(),
            each.one(),
            each.four(),
            each.ratio(),
            each.ratioLow(),
            each.ratioHigh()));
  }

  private void verdict(SplitReport report) {
    Comparison furthest = report.furthest();
    out.printf(
        Locale.ROOT,
        "%nTarget: at most %.0f %% apart. Furthest apart is %s, by %.1f %%: %s.%n",
        100 * report.target(),
        furthest.measure(),
        100 * furthest.apart(),
        furthest.apart() <= report.target() ? "met" : "NOT met");
  }

  private void hops(SplitReport report) {
    out.printf(Locale.ROOT, "%nBytes that a request moves, frames and headers included:%n");
    out.printf(Locale.ROOT, "%-24s %12s %12s%n", "", "THERE", "BACK");
    report
        .hops()
        .forEach(hop ->
            out.printf(Locale.ROOT, "%-24s %,12d %,12d%n", hop.name(), hop.there(), hop.back()));
    out.printf(
        Locale.ROOT,
        "Of these, pixels of tiles are %.2f MB (from preprocess, to the encoder), visual tokens %.2f MB"
            + " (from the encoder, to the decoder).%n",
        report.tileBytes() / BYTES_PER_MEGABYTE,
        report.featureBytes() / BYTES_PER_MEGABYTE);
  }
}
