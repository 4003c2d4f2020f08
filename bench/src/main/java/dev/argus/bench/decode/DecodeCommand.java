package dev.argus.bench.decode;

import dev.argus.base.sampling.Sampling;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.SchedulerLimits;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures continuous batching: throughput, the scheduler's share, gaps between tokens. */
@Command(
    name = "decode",
    description = {
      "Measure the decoder with 1 to 16 streams: tokens a second together, the time outside",
      "the model's runs, and the largest gap between two tokens while a long prompt arrives."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench decode --model ~/models/SmolVLM-256M-Instruct --threads 2",
      "  argus bench decode --model argus-tiny --precision fp32 --streams 1,8 --context 200",
      "  argus bench decode --model smolvlm-256m --streams 16 --temperature 0.8 --top-p 0.95"
    })
public final class DecodeCommand implements Callable<Integer> {
  /** Streams that run while a long prompt arrives. */
  private static final int RUNNING = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(names = "--precision", paramLabel = "P", description = "Of the graph. Default: int8.")
  private Precision precision = Precision.INT8;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--streams",
      split = ",",
      paramLabel = "N",
      description = "Streams at once. Default: 1,4,8,16.")
  private List<Integer> streams = List.of(1, 4, 8, 16);

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of each stream's prompt, 300 or more. Default: 900.")
  private int context = 900;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of each stream's answer. Default: 200.")
  private int tokens = 200;

  @Option(
      names = "--arrivals",
      paramLabel = "N",
      description = "Long prompts that arrive, one after another. Default: 3.")
  private int arrivals = 3;

  @Option(
      names = "--step-tokens",
      paramLabel = "N",
      description = "Most tokens of an iteration, streams' and prompts'. Default: as served.")
  private @Nullable Integer stepTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draw tokens, to see what drawing costs. Default: 0, the likeliest.")
  private float temperature;

  @Option(names = "--top-p", paramLabel = "P", description = "Of drawing. Default: 1, all.")
  private float topP = 1;

  @Option(names = "--top-k", paramLabel = "K", description = "Of drawing. Default: 0, all.")
  private int topK;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public DecodeCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws InterruptedException {
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    int slots = Math.max(RUNNING + 1, Collections.max(streams));
    int most = stepTokens == null ? slots + SchedulerLimits.DEFAULT_TOKENS_BESIDE : stepTokens;
    PrintWriter out = spec.commandLine().getOut();
    try (DecodeBench bench =
        new DecodeBench(
            checkpoint, precision, threads.count(), slots, context, tokens, most, sampling())) {
      out.printf(
          "%s at %s, %d threads, context %d, answers of %d tokens%n%n",
          model.name(), precision.label(), threads.count(), context, tokens);
      bench.warmUp();
      ForeignLoad load = ForeignLoad.watch();
      printThroughput(out, bench);
      printArrivals(out, bench);
      load.share()
          .ifPresent(share ->
              out.printf("%nOther processes took %.0f %% of the processors.%n", 100 * share));
    }
    return 0;
  }

  private Sampling sampling() {
    return Sampling.GREEDY.withTemperature(temperature).withTopP(topP).withTopK(topK).withSeed(1);
  }

  private void printThroughput(PrintWriter out, DecodeBench bench) throws InterruptedException {
    out.println("streams  tokens/s     to 1  ms/step  outside the model");
    double first = 0;
    for (int count : streams) {
      Throughput reached = bench.throughput(count);
      first = first == 0 ? reached.tokensPerSecond() : first;
      out.printf(
          "%7d  %8.1f  %6.2fx  %7.2f  %15.2f %%%n",
          count,
          reached.tokensPerSecond(),
          reached.tokensPerSecond() / first,
          reached.stepMillis(),
          100 * reached.overheadShare());
      out.flush();
    }
  }

  private void printArrivals(PrintWriter out, DecodeBench bench) throws InterruptedException {
    out.printf(
        "%nA long prompt arrives while %d streams run: the largest gap between two tokens, beside 3%n"
            + "decode steps and a chunk%n",
        RUNNING);
    for (int i = 0; i < arrivals; i++) {
      print(out, bench.arrival(RUNNING));
    }
  }

  private static void print(PrintWriter out, Arrival arrival) {
    out.printf(
        "%6.1f ms, %s 3 * %.1f + %.1f = %.1f ms; its first token after %.0f ms; iterations, tokens "
            + "read in ms: %s%n",
        arrival.largestGapMillis(),
        arrival.largestGapMillis() < arrival.targetMillis() ? "under" : "over",
        arrival.stepMillis(),
        arrival.chunkMillis(),
        arrival.targetMillis(),
        arrival.firstTokenMillis(),
        arrival.iterations().stream()
            .map(step -> "%d in %.0f".formatted(step.prefillTokens(), step.nanos() / 1e6))
            .collect(Collectors.joining(", ")));
    out.flush();
  }
}
