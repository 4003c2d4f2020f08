package dev.argus.bench.peers;

import dev.argus.bench.measure.ForeignLoad;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code argus bench peers} found.
 *
 * @param model the checkpoint's directory
 * @param machine what it ran on
 * @param threads of one run of a model
 * @param promptTokens of a question
 * @param outputTokens of an answer
 * @param inputs how the peer's inputs differ from Argus's
 * @param foreignLoad share of the processors that others took, the peer's own included
 * @param peers the peer first
 */
record PeersReport(
    String model,
    String machine,
    int threads,
    int promptTokens,
    int outputTokens,
    Inputs.Difference inputs,
    @Nullable Double foreignLoad,
    List<PeerFigures> peers) {
  private static final String ROW = "  %-46s %9s %19s %7s %8s %7s %11s %11s %7s%n";

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s, %d threads a run, on %s; %d prompt tokens, answers of %d tokens, every picture new%n",
        model,
        threads,
        machine,
        promptTokens,
        outputTokens);
    out.printf("Prompt ids: %s%n", inputs.sameIds() ? "the same" : "THEY DIFFER");
    out.print(pixels());
    PeerFigures first = peers.getFirst();
    out.printf(
        "%n" + ROW,
        "",
        "TTFT MS",
        "P10-P90 MS",
        "OF 1ST",
        "TOK/S",
        "OF 1ST",
        first.clients() + ": TTFT MS",
        "ANSWERS/S",
        "OF 1ST");
    for (PeerFigures peer : peers) {
      out.printf(
          ROW,
          peer.peer(),
          number(peer.ttftMs(), 0),
          number(peer.ttftP10Ms(), 0) + " - " + number(peer.ttftP90Ms(), 0),
          ratio(peer.ttftMs(), first.ttftMs()),
          number(peer.tokensPerSecond(), 1),
          ratio(peer.tokensPerSecond(), first.tokensPerSecond()),
          number(peer.clientsTtftMs(), 0),
          number(peer.answersPerSecond(), 3),
          ratio(peer.answersPerSecond(), first.answersPerSecond()));
    }
    out.printf(
        "  With %d clients at once, transformers.js answers one after another.%n", first.clients());
    if (foreignLoad != null) {
      out.printf(
          Locale.ROOT,
          "  Other processes, the peer's included, took %.0f %% of the processors%s.%n",
          100 * foreignLoad,
          foreignLoad > 0.5 + ForeignLoad.LIMIT ? ": more than its turns explain" : "");
    }
    out.flush();
  }

  private String pixels() {
    if (!inputs.sameShape()) {
      return "Pixels: ANOTHER NUMBER OF TILES%n".formatted();
    }
    String told =
        String.format(
            Locale.ROOT,
            "Pixels: %.1f %% of values the same; mean distance %.2f of 255 levels, largest %.0f%n",
            100 * inputs.samePixels(),
            inputs.meanLevels(),
            inputs.mostLevels());
    return inputs.samePixels() == 1
        ? told
        : told
            + """
              transformers.js makes the second and third resize by bilinear interpolation of float32, where the
              reference, and Argus, filter by Lanczos and round to uint8; tiles and their order are the same.
            """;
  }

  private static String ratio(double value, double first) {
    return number(value / first, 2) + "x";
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
