package dev.argus.bench.scenes;

import dev.argus.bench.measure.Task;
import dev.argus.bench.option.ModelOption;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores a model by pictures whose contents are known. */
@Command(
    name = "scenes",
    description = {
      "Ask all stages in this process the questions of a set of scenes, such as argus-tiny's held-out"
          + " ones, and print by task how many answers are exactly right. Where answers have boxes:"
          + " how many of the objects are found, with the right label and a box that overlaps the"
          + " true one by half, and the mean overlap (IoU) of those found."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench scenes models/argus-tiny/training/heldout",
      "  argus bench scenes models/argus-tiny/training/heldout --precision fp32,int8 --every 10"
    })
public final class ScenesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "The scenes: a folder with questions.jsonl and the pictures that it names.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private Path scenes;

  @Mixin private final ModelOption model;

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description = "One or several. Default: fp32.")
  private List<Precision> precisions = List.of(Precision.FP32);

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "Take one of so many pictures. Default: ${DEFAULT-VALUE}, all of them.")
  private int every = 1;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public ScenesCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (every < 1) {
      throw new ParameterException(spec.commandLine(), "--every must be 1 or more, not " + every);
    }
    List<SceneQuestion> questions = SceneQuestion.readAll(scenes, every);
    Path checkpoint = model.directory();
    PrintWriter out = spec.commandLine().getOut();
    for (Precision precision : precisions) {
      AllInOneSettings settings =
          AllInOneSettings.defaults(Map.of(checkpoint.getFileName().toString(), checkpoint))
              .withPrecision(precision);
      try (AllInOne stages = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT);
          Task task = Task.begin(precision.label(), questions.size())) {
        print(out, precision, Exam.take(questions, stages.gateway(), task::step));
      }
    }
    return 0;
  }

  private void print(PrintWriter out, Precision precision, Map<String, Score> scores) {
    out.printf(
        "%n%s at %s, greedy%n%-18s%10s%9s%9s%9s%10s%n",
        model.name(), precision.label(), "", "QUESTIONS", "EXACT", "OBJECTS", "FOUND", "MEAN IOU");
    scores.forEach((row, score) -> {
      out.printf("%-18s%10d%7.1f %%", row, score.questions(), score.exactPercent());
      if (score.objects() > 0) {
        out.printf("%9d%7.1f %%%10.2f", score.objects(), score.foundPercent(), score.meanOverlap());
      }
      out.println();
    });
    out.flush();
  }
}
