package dev.argus.bench.overlap;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.ModelOption;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.anatomy.TerminalTimeline;
import dev.argus.cli.anatomy.TimelinePage;
import dev.argus.cli.client.Conversation;
import dev.argus.v1.Completion;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Sampling;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures what it is worth that stages overlap. */
@Command(
    name = "overlap",
    description = {
      "Measure the time to first token with stages that work on a request at the same time, and",
      "one after another: with the encoder on this machine, and as if it were on one of its own."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench overlap photo.jpg --model ~/models/SmolVLM-256M-Instruct --html overlap.html",
      "  argus bench overlap models/argus-tiny/samples/wide.png --remote-ms 20"
    })
public final class OverlapCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(paramLabel = "PICTURE", description = "What is asked about.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private Path picture;

  @Mixin private final ModelOption model;

  @Option(names = "--precision", paramLabel = "P", description = "Default: fp32.")
  private Precision precision = Precision.FP32;

  @Option(
      names = "--remote-ms",
      paramLabel = "N",
      description =
          "How long a tile takes an encoder that is elsewhere. Default: ${DEFAULT-VALUE}.")
  private int remoteMillis = 25;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Questions of each kind that count. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(names = "--html", paramLabel = "FILE", description = "Draw the timelines as a web page.")
  private @Nullable Path html;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public OverlapCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException {
    Path checkpoint = model.directory();
    GenerateRequest request = request();
    PrintWriter out = spec.commandLine().getOut();
    TimelinePage page = new TimelinePage();
    ForeignLoad load = ForeignLoad.watch();
    for (Optional<Duration> remote :
        List.of(Optional.<Duration>empty(), Optional.of(Duration.ofMillis(remoteMillis)))) {
      try (Setup on = Setup.start(checkpoint, precision, remote, true);
          Setup off = Setup.start(checkpoint, precision, remote, false)) {
        tell(measure(List.of(on, off), request), out, page);
      }
    }
    load.share()
        .ifPresent(share ->
            out.printf("%nOther processes took %.0f %% of the processors.%n", 100 * share));
    out.flush();
    if (html != null) {
      Files.writeString(html, page.html());
    }
    return 0;
  }

  private GenerateRequest request() {
    Conversation conversation = new Conversation(Detail.DETAIL_AUTO);
    conversation.addPicture(picture);
    return GenerateRequest.newBuilder()
        .addAllMessages(conversation.with("Describe this image."))
        .setSampling(Sampling.newBuilder().setMaxTokens(1))
        .build();
  }

  /** Asks in turns. */
  private Map<Setup, List<Completion>> measure(List<Setup> setups, GenerateRequest request) {
    Map<Setup, List<Completion>> answers = new LinkedHashMap<>();
    try (Task task = Task.begin("Asking", (long) setups.size() * (runs + 1))) {
      for (Setup setup : setups) {
        answers.put(setup, new ArrayList<>());
        setup.ask(request); // Warms up.
        task.step();
      }
      for (int run = 0; run < runs; run++) {
        answers.forEach((setup, completions) -> {
          completions.add(setup.ask(request));
          task.step();
        });
      }
    }
    return answers;
  }

  private static void tell(
      Map<Setup, List<Completion>> answers, PrintWriter out, TimelinePage page) {
    answers.forEach((setup, completions) -> {
      Samples times =
          new Samples(completions.stream().map(each -> each.getAnatomy().getTtftMs()).toList());
      Completion typical = typical(completions);
      out.printf(
          Locale.ROOT,
          "%n%s: %d tiles, %d prompt tokens, first token after %.0f ms (median of %d, %.0f to %.0f)%n",
          setup.name(),
          typical.getUsage().getTiles(),
          typical.getUsage().getPromptTokens(),
          times.median(),
          completions.size(),
          times.quantile(0),
          times.quantile(1));
      out.print(TerminalTimeline.of(typical.getAnatomy()));
      page.add(setup.name(), typical.getAnatomy());
    });
    out.flush();
  }

  /** The one whose first token came after the median time. */
  private static Completion typical(List<Completion> completions) {
    return completions.stream()
        .sorted(Comparator.comparingDouble(each -> each.getAnatomy().getTtftMs()))
        .toList()
        .get(completions.size() / 2);
  }
}
