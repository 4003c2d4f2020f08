package dev.argus.bench.fleet;

import dev.argus.bench.fleet.FleetReport.Caching;
import dev.argus.bench.fleet.FleetReport.Scaling;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.checkpoint.tiling.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures several encoders behind one gateway. */
@Command(
    name = "fleet",
    description = {
      "Measure several encoders behind one gateway, every stage a process of its own: throughput by"
          + " the number of encoders, and how many tiles are found in a cache where pictures go to"
          + " the encoder that has them, and where encoders take turns. The encoders' device is"
          + " SIMULATED: a tile takes a fixed time and nothing of this machine's processors."
    },
    footerHeading = "%nExamples:%n",
    footer = "  argus bench fleet --json fleet.json --plot fleet.png")
public final class FleetCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--encoders",
      paramLabel = "N",
      description = "From one to so many. Default: ${DEFAULT-VALUE}.")
  private int encoders = 3;

  @Option(
      names = "--tile-ms",
      paramLabel = "N",
      description = "How long a tile takes a simulated device. Default: ${DEFAULT-VALUE}.")
  private int tileMillis = 40;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Questions at once. Default: ${DEFAULT-VALUE}.")
  private int clients = 24;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description =
          "Different ones, which the caches of all encoders together have room for. Default:"
              + " ${DEFAULT-VALUE}.")
  private int pictures = 240;

  @Option(
      names = "--zipf",
      paramLabel = "S",
      description =
          "How much more popular some pictures are: that of rank r is asked for in proportion to"
              + " 1/r^S. Default: ${DEFAULT-VALUE}.")
  private double zipf = 0.8;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "That count, for each bar. Default: ${DEFAULT-VALUE}.")
  private int requests = 480;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of pictures and their order. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw them, as a PNG.")
  private @Nullable Path plot;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public FleetCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    FleetBench.Plan plan = plan();
    Path checkpoint = model.directory().toAbsolutePath();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s on %s: gateway, preprocess, decoder and encoders, a process each, over sockets.%n"
            + "The encoders' device is SIMULATED: %d ms a tile, one tile at a time.%n%n",
        checkpoint.getFileName(),
        Machine.description(),
        tileMillis);
    out.flush();
    FleetReport report = measure(checkpoint, plan, out);
    json.write(report);
    if (plot != null) {
      FleetPlot.write(report, plot);
    }
    return 0;
  }

  private FleetReport measure(Path checkpoint, FleetBench.Plan plan, PrintWriter out)
      throws IOException, InterruptedException {
    try (FleetBench bench = new FleetBench(checkpoint, plan)) {
      List<Scaling> scaling = bench.scaling();
      tellScaling(scaling, out);
      Scaling last = scaling.getLast();
      List<Caching> caching = bench.caching(last.tilesPerSecond() / last.requestsPerSecond());
      tellCaching(caching, out);
      return new FleetReport(
          checkpoint.getFileName().toString(),
          Machine.description(),
          tileMillis,
          clients,
          scaling,
          zipf,
          pictures,
          caching);
    }
  }

  private FleetBench.Plan plan() {
    if (Math.min(Math.min(encoders, tileMillis), Math.min(clients, pictures)) < 1
        || requests < 2
        || !(zipf >= 0)) {
      throw new ParameterException(
          spec.commandLine(), "numbers must be 1 or more, --requests 2 or more, --zipf 0 or more");
    }
    return new FleetBench.Plan(
        encoders, tileMillis, clients, pictures, new Size(384, 192), zipf, requests, seed);
  }

  private void tellScaling(List<Scaling> scaling, PrintWriter out) {
    out.printf("Nothing cached, %d questions at once, answers of one token:%n", clients);
    out.println("encoders  requests/s  tiles/s  of the devices' most  times one");
    scaling.forEach(each ->
        out.printf(
            Locale.ROOT,
            "%8d  %10.1f  %7.1f  %19.0f %%  %9.2f%n",
            each.encoders(),
            each.requestsPerSecond(),
            each.tilesPerSecond(),
            100 * each.ofDevices(),
            each.timesOne()));
    out.println();
    out.flush();
  }

  private void tellCaching(List<Caching> caching, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d pictures, popular as 1/rank^%.1f; each of %d encoders has room for 1/%d of them:%n",
        pictures,
        zipf,
        encoders,
        encoders);
    out.println("routing      tiles found  requests/s");
    caching.forEach(each ->
        out.printf(
            Locale.ROOT,
            "%-11s  %9.1f %%  %10.1f%n",
            each.routing().toLowerCase(Locale.ROOT).replace('_', ' '),
            100 * each.hitRate(),
            each.requestsPerSecond()));
    out.flush();
  }
}
