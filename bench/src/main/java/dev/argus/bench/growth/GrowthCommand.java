package dev.argus.bench.growth;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how the time to first token grows. */
@Command(
    name = "growth",
    description = {
      "Measure how the time to first token grows: with the tiles of one picture, with the tokens of a"
          + " text, and with the number of pictures. All stages are in this process, with their caches"
          + " off. It fits a straight line to each, and says what lies farthest from it, and which"
          + " stage bends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench growth --model ~/models/SmolVLM-256M-Instruct --plot growth.png",
      "  argus bench growth --precision int8 --prompt-lengths 100,200,400 --runs 9"
    })
public final class GrowthCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(names = "--precision", paramLabel = "P", description = "Default: fp32.")
  private Precision precision = Precision.FP32;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--prompt-lengths",
      split = ",",
      paramLabel = "N",
      description =
          "Tokens of texts without a picture, about; longer ones than the context has room for are cut."
              + " Default: 128,256,512,1024,2048.")
  private List<Integer> promptTokens = List.of(128, 256, 512, 1024, 2048);

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Times that each question counts. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description =
          "Times that each is asked before, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUps = 1;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw the times and the lines, as a PNG.")
  private @Nullable Path plot;

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public GrowthCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException {
    if (runs < 1
        || warmUps < 0
        || threads.count() < 1
        || promptTokens.stream().anyMatch(tokens -> tokens < 1)) {
      throw new ParameterException(
          spec.commandLine(), "numbers must be 1 or more, --warm-ups 0 or more");
    }
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    ForeignLoad load = ForeignLoad.watch();
    List<Growth> growths =
        new GrowthBench(checkpoint, precision, threads.count(), promptTokens, warmUps, runs).run();
    OptionalDouble foreign = load.share();
    GrowthReport report =
        new GrowthReport(
            checkpoint.directory().getFileName().toString(),
            Machine.description(),
            precision.label(),
            threads.count(),
            runs,
            growths,
            foreign.isPresent() ? (Double) foreign.getAsDouble() : null);
    new GrowthText(spec.commandLine().getOut()).print(report);
    if (plot != null) {
      GrowthPlot.write(report, plot);
    }
    json.write(report);
    return 0;
  }
}
