package dev.argus.bench.grammar;

import dev.argus.bench.grammar.GrammarBench.Compiled;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.checkpoint.Checkpoint;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what keeping an answer to its form costs a token. */
@Command(
    name = "grammar",
    description = {
      "Measure constrained decoding over a checkpoint's vocabulary: milliseconds to compile a",
      "form, and of each token's mask, in first answers and once masks are kept. Runs no model."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench grammar --model ~/models/SmolVLM-256M-Instruct",
      "  argus bench grammar --model argus-tiny --schema testdata/schemas/invoice.json"
    })
public final class GrammarCommand implements Callable<Integer> {
  private final Function<String, Path> checkpoints;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The checkpoint: its directory, or its name below models/.")
  private String model = "";

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

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public GrammarCommand(Function<String, Path> checkpoints) {
    this.checkpoints = checkpoints;
  }

  @Override
  public Integer call() throws IOException {
    GrammarBench bench = new GrammarBench(Checkpoint.open(checkpoints.apply(model)));
    PrintWriter out = spec.commandLine().getOut();
    ForeignLoad load = ForeignLoad.watch();
    bench.masks(bench.compile(new Format.Regex("[a-z ]{3,50}")).grammar(), 5, 200, 1); // Warms up.
    out.printf("%s, vocabulary of %d; milliseconds%n%n", model, bench.vocabularySize());
    out.printf(
        "%-28s %8s   %s%n",
        "form", "compile", "mask: mean first answers   mean  median     p99     max");
    for (Map.Entry<String, Format> form : forms().entrySet()) {
      Compiled compiled = bench.compile(form.getValue());
      Samples first = bench.masks(compiled.grammar(), 2, 200, 1000);
      Samples kept = bench.masks(compiled.grammar(), answers, 200, 2000);
      out.printf(
          "%-28s %8.2f   %24.3f %6.3f %7.3f %7.3f %7.3f%n",
          form.getKey(),
          compiled.millis(),
          mean(first),
          mean(kept),
          kept.median(),
          kept.quantile(0.99),
          kept.quantile(1));
      out.flush();
    }
    load.share()
        .ifPresent(share ->
            out.printf("%nOther processes took %.0f %% of the processors.%n", 100 * share));
    return 0;
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
