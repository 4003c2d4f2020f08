package dev.argus.cli;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.file.WholeFolder;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.runtime.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists models. */
@Command(
    name = "models",
    description = {
      "List the checkpoints found, or the models of a server.",
      "Graphs are kept beside each checkpoint, for each version of Argus and each kind of processor"
          + " that served it; --prune removes those that this version does not use here. Stop"
          + " servers of other versions or machines that use the same directories first."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus models",
      "  argus models --dir ~/models",
      "  argus models --dir ~/models --prune",
      "  argus models --server localhost:7070"
    })
final class ModelsCommand implements Runnable {
  private static final String ROW = "%-24s  %-12s  %10s  %9s  %s%n";

  private final Installation installation;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to look for checkpoints. Default: models/ of the installation, and what was"
              + " imported.")
  private @Nullable Path folder;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "List what a running server can be asked instead, its default first.")
  private @Nullable String server;

  @Option(
      names = "--prune",
      description = "Remove the graphs that this version of Argus does not use on this machine.")
  private boolean prune;

  ModelsCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (server != null) {
      try (Connection connection = Connection.toServer(server, "")) {
        connection.answerer().models().forEach(out::println);
      }
    } else {
      list(
          folder == null ? List.of(installation.models(), installation.library()) : List.of(folder),
          out);
    }
    out.flush();
  }

  private void list(List<Path> folders, PrintWriter out) {
    List<Path> checkpoints =
        folders.stream().flatMap(folder -> checkpoints(folder).stream()).toList();
    if (checkpoints.isEmpty()) {
      throw new Failure("no checkpoints in " + folders.getFirst());
    }
    try (Device device = Device.cpu(1)) {
      GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
      if (prune) {
        checkpoints.forEach(directory -> prune(directory, finish, out));
      }
      out.printf(ROW, "NAME", "ARCHITECTURE", "PARAMETERS", "SIZE", "GRAPHS");
      checkpoints.forEach(directory -> out.print(row(directory, finish)));
    }
  }

  private static void prune(Path directory, GraphFinish finish, PrintWriter out) {
    try {
      for (Path unused : Graphs.unused(Checkpoint.open(directory), finish)) {
        WholeFolder.delete(unused);
        out.println("Removed " + unused);
      }
    } catch (ModelFault broken) {
      // Its row says what is wrong.
    } catch (IOException e) {
      throw new Failure("cannot remove graphs of %s: %s".formatted(directory, e));
    }
  }

  private static List<Path> checkpoints(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> Files.exists(entry.resolve("config.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String row(Path directory, GraphFinish finish) {
    try {
      CheckpointSummary checkpoint = CheckpointSummary.of(directory, finish);
      return ROW.formatted(
          checkpoint.name(),
          checkpoint.architecture(),
          checkpoint.parameters().isPresent() ? scaled(checkpoint.parameters().getAsLong()) : "-",
          scaled(checkpoint.bytes()) + "B",
          checkpoint.graphs());
    } catch (ModelFault broken) {
      return "%-24s  not usable: %s%n".formatted(directory.getFileName(), broken.getMessage());
    }
  }

  /** A number in thousands, millions or billions, such as {@code 3.1 M}. */
  static String scaled(long number) {
    double scaled = number / 1e3;
    String unit = "k";
    if (scaled >= 1000) {
      scaled /= 1000;
      unit = "M";
    }
    if (scaled >= 1000) {
      scaled /= 1000;
      unit = "G";
    }
    return String.format(Locale.ROOT, "%.1f %s", scaled, unit);
  }
}
