package dev.argus.bench.recipes;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.ModelFault;
import dev.argus.bench.graphs.StandardExport;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.QuestionOptions;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning;
import dev.argus.runtime.Device;
import dev.argus.v1.Usage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** Measures what each recipe is worth. */
@Command(
    name = "recipes",
    description = {
      "Measure the time to first token as a straightforward server has it, and with one recipe",
      "more at a time, in turns. Answers must stay the same, but for that of another precision;",
      "exits with 1 where they do not. What each recipe is: docs/recipes.md."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench recipes --model ~/models/SmolVLM-256M-Instruct --plot recipes.png",
      "  argus bench recipes --model smolvlm-256m --picture photo.jpg --runs 3 --json recipes.json"
    })
public final class RecipesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "What is asked about. Default: a picture is drawn for each question.")
  private @Nullable Path picture;

  @Mixin private final QuestionOptions question = new QuestionOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Questions for each step. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description =
          "Questions for each step before, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUps = 1;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Of the precision recipe; fp32 leaves it out. Default: what argus tune found to be best here,"
              + " or else int8.")
  private @Nullable Precision precision;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--gpu-ms",
      paramLabel = "MS",
      description =
          "What encoder and decoder take at GPU speed. Default: what the paper has left on an H100.")
  private @Nullable Double gpuMillis;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw the bars, as a PNG.")
  private @Nullable Path plot;

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public RecipesCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException {
    if (warmUps < 0 || runs < 1 || threads.count() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--runs and --threads must be 1 or more, --warm-ups 0 or more");
    }
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    Subject subject =
        new Subject(checkpoint, export(checkpoint), best(checkpoint), threads.count());
    List<Step> steps = Step.all(subject.export().isPresent(), !subject.best().exact());
    GpuSpeed gpu =
        gpuMillis == null ? GpuSpeed.of(checkpoint) : new GpuSpeed(gpuMillis, "as --gpu-ms says");
    ForeignLoad load = ForeignLoad.watch();
    Map<Step, List<Sample>> samples = measure(subject, steps);
    RecipesReport report = report(subject, samples, gpu, load.share());
    write(report);
    return report.exact() ? 0 : 1;
  }

  private Map<Step, List<Sample>> measure(Subject subject, List<Step> steps) throws IOException {
    int turns = warmUps + runs;
    Questions questions =
        picture == null
            ? Questions.drawn(question.pictureSize(), turns, question.outputTokens())
            : new Questions(
                List.of(ByteString.copyFrom(Files.readAllBytes(picture))), question.outputTokens());
    try (Task task = Task.begin("Asking", (long) turns * steps.size())) {
      return new RecipesBench(subject, steps, questions, warmUps, runs, task::step).run();
    }
  }

  private RecipesReport report(
      Subject subject, Map<Step, List<Sample>> samples, GpuSpeed gpu, OptionalDouble load) {
    Usage usage = samples.values().iterator().next().getFirst().usage();
    Checkpoint checkpoint = subject.checkpoint();
    return new RecipesReport(
        checkpoint.directory().getFileName().toString(),
        Machine.description(),
        threads.count(),
        subject.best().label(),
        usage.getTiles(),
        checkpoint.config().vision().imageSize(),
        usage.getPromptTokens(),
        question.outputTokens(),
        runs,
        gpu.millis(),
        gpu.source(),
        load.isPresent() ? (Double) load.getAsDouble() : null,
        RecipesReport.figures(samples, gpu));
  }

  private void write(RecipesReport report) throws IOException {
    new RecipesTable(spec.commandLine().getOut()).print(report);
    if (plot != null) {
      RecipesPlot.write(report, plot);
    }
    json.write(report);
  }

  private Optional<Path> export(Checkpoint checkpoint) {
    try {
      return Optional.of(StandardExport.of(checkpoint));
    } catch (ModelFault e) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "The default has Argus's own graphs already, and uint8 tiles with them: %s%n",
          e.getMessage());
      out.flush();
      return Optional.empty();
    }
  }

  private Subject.Precisions best(Checkpoint checkpoint) {
    if (precision != null) {
      return new Subject.Precisions(precision, precision);
    }
    return Tuning.of(checkpoint, Device.machine())
        .map(tuning ->
            new Subject.Precisions(tuning.encoder().precision(), tuning.decoder().precision()))
        .orElse(new Subject.Precisions(Precision.INT8, Precision.INT8));
  }
}
