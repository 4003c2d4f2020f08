package dev.argus.bench.telemetry;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.serve.endpoint.PictureFile;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.telemetry.TelemetryReport.Turn;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.service.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what telemetry costs. */
@Command(
    name = "telemetry",
    description = {
      "Measure the throughput of all stages in this process with every request traced and all metrics"
          + " on, both exported over OTLP, and with everything off, in turns. The collector is in this"
          + " process, so that what it costs to receive counts too."
    },
    footerHeading = "%nExamples:%n",
    footer = "  argus bench telemetry --json telemetry.json")
public final class TelemetryCommand implements Callable<Integer> {
  private static final Size PICTURE = new Size(384, 192);

  /** Ten times as often as is usual, so that each turn pays for its own spans. */
  private static final int SPANS_INTERVAL_MILLIS = 500;

  /** Twelve times as often as is usual, so that metrics are exported at all while this lasts. */
  private static final int METRICS_INTERVAL_MILLIS = 5000;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description =
          "Pairs of turns that count, one with and one without. Default: ${DEFAULT-VALUE}.")
  private int turns = 120;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Of each turn. Default: ${DEFAULT-VALUE}.")
  private int requests = 64;

  @Option(
      names = "--output-len",
      paramLabel = "N",
      description = "Tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int outputTokens = 32;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Questions at once. Default: ${DEFAULT-VALUE}.")
  private int clients = 8;

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public TelemetryCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Math.min(Math.min(turns, requests), Math.min(outputTokens, clients)) < 1) {
      throw new ParameterException(spec.commandLine(), "numbers must be 1 or more");
    }
    ForeignLoad others = ForeignLoad.watch();
    TelemetryReport report = measure(model.directory());
    tell(report, others, spec.commandLine().getOut());
    json.write(report);
    return 0;
  }

  private TelemetryReport measure(Path checkpoint) throws IOException, InterruptedException {
    List<Question> questions = questions();
    List<Turn> on = new ArrayList<>();
    List<Turn> off = new ArrayList<>();
    int warmUps = Math.max(2, turns / 5);
    try (Collector collector = Collector.start();
        Side with = Side.start(checkpoint, exportingTo(collector));
        Side without = Side.start(checkpoint, Telemetry.off());
        Task task = Task.begin("Asking in turns", warmUps + turns)) {
      for (int turn = -warmUps; turn < turns; turn++) {
        // A, B, B, A: neither is always the one after the other.
        boolean onFirst = turn % 2 == 0;
        Turn first = (onFirst ? with : without).ask(questions, clients);
        Turn second = (onFirst ? without : with).ask(questions, clients);
        if (turn >= 0) {
          on.add(onFirst ? first : second);
          off.add(onFirst ? second : first);
        }
        task.step();
      }
      return new TelemetryReport(
          checkpoint.getFileName().toString(),
          Machine.description(),
          on,
          off,
          collector.exports(),
          collector.bytes());
    }
  }

  private List<Question> questions() {
    return IntStream.range(0, requests)
        .mapToObj(picture ->
            new Question(
                List.of(PictureFile.drawn(PICTURE, picture)),
                "Describe this image.",
                outputTokens,
                true))
        .toList();
  }

  /** As a process is started that exports: by the settings that operators have. */
  private static Telemetry exportingTo(Collector collector) {
    Map<String, String> settings =
        Map.of(
            "otel.exporter.otlp.endpoint", collector.endpoint(),
            "otel.bsp.schedule.delay", Integer.toString(SPANS_INTERVAL_MILLIS),
            "otel.metric.export.interval", Integer.toString(METRICS_INTERVAL_MILLIS));
    settings.forEach(System::setProperty);
    try {
      return Telemetry.fromEnvironment("argus");
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }

  private void tell(TelemetryReport report, ForeignLoad others, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s on %s: %d pairs of turns of %d requests, %d at once, answers of %d tokens, caches off%n"
            + "%d exports, %.1f MB, to a collector in this process; metrics every %d ms%n%n",
        report.model(),
        report.machine(),
        turns,
        requests,
        clients,
        outputTokens,
        report.exports(),
        report.exportedBytes() / 1e6,
        METRICS_INTERVAL_MILLIS);
    out.println("                         requests/s  processor ms/request");
    tell("traces and metrics on", report.on(), out);
    tell("everything off", report.off(), out);
    out.println();
    tell("costs throughput", report.throughputCost(), out);
    tell("costs processor time", report.processorCost(), out);
    others
        .share()
        .ifPresent(
            share -> out.printf("Other processes took %.0f %% of the processors.%n", 100 * share));
    out.flush();
  }

  private static void tell(String side, List<Turn> turns, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%-23s  %10.1f  %20.2f%n",
        side,
        new Samples(turns.stream().map(Turn::requestsPerSecond).toList()).median(),
        new Samples(turns.stream().map(Turn::processorMillis).toList()).median());
  }

  private static void tell(String what, Samples cost, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%-23s  %.2f %% (mean of pairs, standard error %.2f; median %.2f, quartiles %.2f and %.2f)%n",
        what,
        100 * cost.mean(),
        100 * cost.deviation() / Math.sqrt(Math.max(1, cost.millis().size() - 1)),
        100 * cost.median(),
        100 * cost.quantile(0.25),
        100 * cost.quantile(0.75));
  }
}
