package dev.argus.bench.split;

import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.QuestionOptions;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what it costs to split the server into services. */
@Command(
    name = "split",
    description = {
      "Measure what it costs to split the server into services: all stages in one process, and gateway,"
          + " preprocess, encoder and decoder in four, over sockets of this machine. Both are started"
          + " as argus serve starts them, with the same threads, and asked the same questions in turns,"
          + " each about a picture that no cache knows. Then it tells the bytes that a request moves"
          + " between the processes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench split --model ~/models/SmolVLM-256M-Instruct --json split.json",
      "  argus bench split --precision fp32 --clients 8 --rounds 4"
    })
public final class SplitCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "What both compute in. Default: int8.")
  private Precision precision = Precision.INT8;

  @Mixin private final QuestionOptions question = new QuestionOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Questions to each of the two, one at a time. Default: ${DEFAULT-VALUE}.")
  private int runs = 10;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description = "Questions to each before, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUps = 2;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Questions at once, after these. Default: ${DEFAULT-VALUE}.")
  private int clients = 4;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Turns of these. Default: ${DEFAULT-VALUE}.")
  private int rounds = 2;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Questions of each of these turns. Default: twice the clients.")
  private @Nullable Integer requests;

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public SplitCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int perRound = requests == null ? 2 * clients : requests;
    if (IntStream.of(runs, clients, rounds, perRound).min().orElseThrow() < 1 || warmUps < 0) {
      throw new ParameterException(
          spec.commandLine(), "numbers must be 1 or more, --warm-ups 0 or more");
    }
    SplitBench.Plan plan =
        new SplitBench.Plan(
            precision,
            question.pictureSize(),
            question.outputTokens(),
            warmUps,
            runs,
            clients,
            rounds,
            perRound);
    SplitReport report = new SplitBench(model.directory().toAbsolutePath(), plan).run();
    new SplitText(spec.commandLine().getOut()).print(report);
    json.write(report);
    return 0;
  }
}
