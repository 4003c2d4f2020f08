package dev.argus.bench.soak;

import dev.argus.bench.option.ModelOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves that nothing leaks. */
@Command(
    name = "soak",
    description = {
      "Random load with cancellations, deadlines and slow readers on all stages in this process.",
      "Fails if memory, threads, buffers or slots are left behind."
    },
    footerHeading = "%nExamples:%n",
    footer = "  argus bench soak --minutes 60 --csv soak.csv --plot soak.png")
public final class SoakCommand implements Callable<Integer> {
  private static final int LINES = 240;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(names = "--minutes", paramLabel = "N", description = "How long. Default: 60.")
  private int minutes = 60;

  @Option(names = "--clients", paramLabel = "N", description = "Clients at once. Default: 16.")
  private int clients = 16;

  @Option(names = "--seed", paramLabel = "N", description = "Of the load. Default: the time.")
  private long seed = System.nanoTime();

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Where memory, threads and slots are written over time. Default: soak.csv.")
  private Path csv = Path.of("soak.csv");

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw memory over time, as a PNG.")
  private @Nullable Path plot;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public SoakCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d clients for %d minutes, --seed %d%n", clients, minutes, seed);
    out.flush();
    Duration length = Duration.ofMinutes(minutes);
    try (PrintWriter lines = new PrintWriter(csv.toFile(), StandardCharsets.UTF_8)) {
      Soak soak = new Soak(model.directory(), clients, seed, lines);
      List<String> problems = soak.run(length, length.dividedBy(LINES));
      List<Long> counts = soak.tally().counts();
      out.printf(
          "%d answered, %d given up, %d refused%n", counts.get(0), counts.get(1), counts.get(2));
      problems.forEach(problem -> out.println("LEAK: " + problem));
      out.println(problems.isEmpty() ? "Nothing leaked." : "See " + csv);
      if (plot != null) {
        SoakPlot.write(csv, plot);
      }
      return problems.isEmpty() ? 0 : 1;
    }
  }
}
