package dev.argus.bench.grammar;

import dev.argus.base.sampling.Sampling;
import dev.argus.bench.decode.DecodeBench;
import dev.argus.bench.grammar.GrammarBench.Compiled;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.decoder.core.grammar.Format;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what keeping an answer to its form costs a token. */
@Command(
    name = "grammar",
    description = {
      "Measure constrained decoding over a checkpoint's vocabulary: milliseconds to compile a",
      "form, and of each token's mask, in first answers and once masks are kept, beside the time",
      "of one stream's decode step."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench grammar --model ~/models/SmolVLM-256M-Instruct",
      "  argus bench grammar --model argus-tiny --schema testdata/schemas/invoice.json"
    })
public final class GrammarCommand implements Callable<Integer> {
  /** Tokens of the prompt that steps are measured after. */
  private static final int CONTEXT = 200;

  private static final int TOKENS = 64;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "JSON Schemas to measure beside the built-in forms.")
  private List<Path> schemas = new ArrayList<>();

  @Option(
      names = "--answers",
      paramLabel = "N",
      description = "Answers of 200 tokens for each form. Default: 50.")
  private int answers = 50;

  @Option(names = "--precision", paramLabel = "P", description = "Of the step. Default: int8.")
  private Precision precision = Precision.INT8;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public GrammarCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    GrammarBench bench = new GrammarBench(checkpoint);
    PrintWriter out = spec.commandLine().getOut();
    ForeignLoad load = ForeignLoad.watch();
    bench.masks(bench.compile(new Format.Regex("[a-z ]{3,50}")).grammar(), 5, 200, 1); // Warms up.
    double step = stepMillis(checkpoint);
    out.printf(
        "%s, vocabulary of %d; a decode step of one stream at %s, %d threads: %.2f ms%n%n",
        model.name(), bench.vocabularySize(), precision.label(), threads.count(), step);
    out.println(
        "form, milliseconds            compile  mask: first    mean  median     p99     max  of a step");
    for (Map.Entry<String, Format> form : forms().entrySet()) {
      Compiled compiled = bench.compile(form.getValue());
      Samples first = bench.masks(compiled.grammar(), 2, 200, 1000);
      Samples kept = bench.masks(compiled.grammar(), answers, 200, 2000);
      out.printf(
          "%-28s %8.2f %12.3f %7.3f %7.3f %7.3f %7.3f %9.2f%%%n",
          form.getKey(),
          compiled.millis(),
          mean(first),
          mean(kept),
          kept.median(),
          kept.quantile(0.99),
          kept.quantile(1),
          100 * mean(kept) / step);
      out.flush();
    }
    load.share()
        .ifPresent(share ->
            out.printf("%nOther processes took %.0f %% of the processors.%n", 100 * share));
    return 0;
  }

  private double stepMillis(Checkpoint checkpoint) throws InterruptedException {
    try (DecodeBench bench =
        new DecodeBench(
            checkpoint,
            precision,
            threads.count(),
            1,
            CONTEXT,
            TOKENS,
            SchedulerLimits.DEFAULT.stepTokens(),
            Sampling.GREEDY)) {
      bench.throughput(1); // Warms up.
      return bench.throughput(1).stepMillis();
    }
  }

  private Map<String, Format> forms() throws IOException {
    Map<String, Format> forms = new LinkedHashMap<>();
    forms.put("regions", new Format.Regions());
    forms.put("json object", new Format.JsonObject());
    forms.put("choices", new Format.Choices(List.of("yes", "no", "not in the picture")));
    forms.put("expression", new Format.Regex("[A-Z][a-z]+( [a-z]+){0,20}\\."));
    for (Path schema : schemas) {
      forms.put(schema.getFileName().toString(), new Format.JsonSchema(Files.readString(schema)));
    }
    return forms;
  }

  private static double mean(Samples samples) {
    return samples.millis().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
