package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.selftest.SelfTest;
import dev.argus.hub.ImportRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What an import has brought, as a table. */
final class ImportReport {
  private static final double MILLIS = 1e3;

  private final Checkpoint checkpoint;
  private final GraphFinish finish;
  private final Optional<ImportRecord> record;
  private final List<String> graphs = new ArrayList<>();
  private final List<String> tests = new ArrayList<>();

  /**
   * @param finish how graphs are finished here
   * @param record empty where the checkpoint is the user's own directory
   */
  ImportReport(Checkpoint checkpoint, GraphFinish finish, Optional<ImportRecord> record) {
    this.checkpoint = checkpoint;
    this.finish = finish;
    this.record = record;
  }

  /** A precision is ready to be served. */
  void add(Precision precision, Optional<SelfTest> test) throws IOException {
    test.ifPresent(passed -> tests.add(line(precision, passed)));
    List<String> sizes = new ArrayList<>();
    for (GraphPart part : GraphPart.values()) {
      Optional<Path> graph = Graphs.find(checkpoint, part, precision, finish);
      if (graph.isPresent()) {
        sizes.add("%s %s".formatted(part.label(), size(bytes(graph.get().resolveSibling("")))));
      }
    }
    if (!sizes.isEmpty()) {
      graphs.add("%s: %s".formatted(precision.label(), String.join(", ", sizes)));
    }
  }

  private static String line(Precision precision, SelfTest test) {
    return String.format(
        Locale.ROOT,
        "%s: passed in %.1f s (%d %s, %d prompt tokens, %d answer tokens)",
        precision.label(),
        test.time().toMillis() / MILLIS,
        test.tiles(),
        test.tiles() == 1 ? "tile" : "tiles",
        test.promptTokens(),
        test.answerTokens());
  }

  /**
   * Prints the table, and the command to give next.
   *
   * @param model what {@code --model} takes, and further options that are needed
   */
  void print(PrintWriter out, String model) {
    CheckpointSummary summary = CheckpointSummary.of(checkpoint, finish);
    record.ifPresent(known -> {
      row(out, "source", known.source());
      if (!known.commit().isEmpty()) {
        row(out, "revision", "%s (%s)".formatted(known.commit(), known.revision()));
      }
      row(out, "files", "%d, %s".formatted(known.files().size(), size(known.bytes())));
    });
    row(out, "directory", checkpoint.directory().toString());
    row(out, "architecture", summary.architecture());
    summary
        .parameters()
        .ifPresent(parameters -> row(out, "parameters", ModelsCommand.scaled(parameters)));
    row(out, "fingerprint", checkpoint.fingerprint());
    HubGraphs.of(checkpoint)
        .ifPresent(export -> row(out, "graphs", "an export's, " + size(export.bytes())));
    graphs.forEach(line -> row(out, "graphs", line));
    tests.forEach(line -> row(out, "self-test", line));
    out.printf("%nAsk it: ./argus describe PICTURE --model %s%n", model);
    out.flush();
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-13s %s%n", name, value);
  }

  private static String size(long bytes) {
    return ModelsCommand.scaled(bytes) + "B";
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
