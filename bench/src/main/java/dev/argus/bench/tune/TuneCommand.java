package dev.argus.bench.tune;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.ModelOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning;
import dev.argus.cli.selftest.EncodedPrompt;
import dev.argus.runtime.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds the fastest way to run a checkpoint on this machine that keeps its answers. */
@Command(
    name = "tune",
    description = {
      "Find the fastest way to run a model on this machine that keeps its answers:",
      "measures precisions, threads and tiles at once on your own pictures, compares features and"
          + " answers with those at fp32, and writes down what is best. Servers on this kind of"
          + " machine take it from there, unless they are told otherwise."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus tune photos/*.jpg --model SmolVLM-256M-Instruct",
      "  argus tune models/argus-tiny/samples/*.png --plot tuning.png",
      "  argus tune scan.png --model mine --least-tokens 0.99 --dry-run"
    })
public final class TuneCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "PICTURE",
      description = "Pictures such as will be asked about. The first is what is timed.")
  private List<Path> pictures = List.of();

  @Mixin private final ModelOption model;

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description = "What to try beside fp32. Default: int8,w8a8,int4.")
  private List<Precision> precisions = List.of(Precision.INT8, Precision.W8A8, Precision.INT4);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Threads to try. Default: all processors, half of them, and so on down to 1.")
  private List<Integer> threads = halves(Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Tiles in one run to try. Default: 1,4.")
  private List<Integer> batches = List.of(1, 4);

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Measurements of each. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int tokens = 32;

  @Option(
      names = "--least-features",
      paramLabel = "SHARE",
      description =
          "The least that features must be as at fp32: 1 less the relative distance. Default:"
              + " ${DEFAULT-VALUE}.")
  private double leastFeatures = 0.95;

  @Option(
      names = "--least-tokens",
      paramLabel = "SHARE",
      description = "The least share of tokens that must be as at fp32. Default: ${DEFAULT-VALUE}.")
  private double leastTokens = 0.97;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw the times, as a PNG.")
  private @Nullable Path plot;

  @Option(names = "--dry-run", description = "Measure and tell, but write nothing down.")
  private boolean dryRun;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public TuneCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  private static List<Integer> halves(int processors) {
    return IntStream.iterate(processors, count -> count >= 1, count -> count / 2).boxed().toList();
  }

  @Override
  public Integer call() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    List<Question> questions =
        pictures.stream().map(picture -> Question.about(picture, checkpoint)).toList();
    List<Precision> all =
        Stream.concat(Stream.of(Precision.FP32), precisions.stream()).distinct().toList();
    TunePlan plan = new TunePlan(all, threads, batches, runs, tokens, leastFeatures, leastTokens);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s, %d pictures, the first of %d tiles and %d prompt tokens, answers of %d tokens%n",
        checkpoint.directory().getFileName(),
        pictures.size(),
        questions.getFirst().tiles().size(),
        questions.getFirst().layout().tokenIds().length,
        tokens);
    out.flush();
    ForeignLoad load = ForeignLoad.watch();
    List<Trials> parts = measure(checkpoint, plan, questions);
    TuneTable table = new TuneTable(out);
    parts.forEach(table::print);
    tellNoise(out, load.share());
    if (plot != null) {
      TunePlot.write(parts, plot);
    }
    if (!dryRun) {
      keep(checkpoint, parts, out);
    }
    out.flush();
    return 0;
  }

  private static List<Trials> measure(
      Checkpoint checkpoint, TunePlan plan, List<Question> questions) {
    try (Task task = Task.begin("Tuning", Task.UNKNOWN)) {
      BuildProgress building =
          (part, written, total) ->
              task.measured("building the %s graph".formatted(part.label()), written, total);
      List<ByteBuffer> tiles =
          questions.stream().flatMap(question -> question.tiles().stream()).toList();
      EncoderTuning encoder = new EncoderTuning(checkpoint, plan, tiles, building, task::step);
      List<ByteBuffer> features = encoder.reference();
      List<EncodedPrompt> prompts = new ArrayList<>();
      int first = 0;
      for (Question question : questions) {
        int end = first + question.tiles().size();
        prompts.add(new EncodedPrompt(question.layout(), features.subList(first, end)));
        first = end;
      }
      return List.of(
          encoder.run(features),
          new DecoderTuning(checkpoint, plan, prompts, building, task::step).run());
    }
  }

  private static void tellNoise(PrintWriter out, OptionalDouble share) {
    if (share.orElse(0) > ForeignLoad.LIMIT) {
      out.printf(
          "%nNOISY: other processes took %.0f %% of the processors; tune again when they rest.%n",
          100 * share.getAsDouble());
    }
  }

  private static void keep(Checkpoint checkpoint, List<Trials> parts, PrintWriter out)
      throws IOException {
    Tuning tuning = new Tuning(parts.getFirst().best().choice(), parts.getLast().best().choice());
    String machine = Device.machine();
    Path file = Tuning.file(checkpoint, machine);
    if (!Files.isWritable(checkpoint.directory())) {
      throw new IOException("cannot write %s: its directory is read-only".formatted(file));
    }
    tuning.keep(checkpoint, machine);
    out.printf("%nWritten to %s; delete it to go back to fp32.%n", file);
  }
}
