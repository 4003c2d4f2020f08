package dev.argus.bench.peers;

import dev.argus.base.file.WholeFolder;
import dev.argus.base.resource.OpenResources;
import dev.argus.bench.graphs.StandardExport;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.QuestionOptions;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.bench.preprocess.Photograph;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures Argus beside transformers.js. */
@Command(
    name = "peers",
    description = {
      "Measure Argus beside transformers.js, which serves a standard export of the same weights:",
      "one question at a time and several at once, in turns, about pictures not shown before.",
      "Needs Node.js 20, and 'npm ci --ignore-scripts' in bench/peers/transformers.js."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench peers --model ~/models/SmolVLM-256M-Instruct",
      "  argus bench peers --model smolvlm-256m --precision fp32,int8 --runs 3 --json peers.json"
    })
public final class PeersCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description = "Argus's precisions, each in turn. Default: fp32,int8.")
  private List<Precision> precisions = List.of(Precision.FP32, Precision.INT8);

  @Mixin private final QuestionOptions question = new QuestionOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Questions asked alone of each. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Questions at once. Default: ${DEFAULT-VALUE}.")
  private int clients = 4;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Times that so many ask at once. Default: ${DEFAULT-VALUE}.")
  private int rounds = 2;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(names = "--node", paramLabel = "COMMAND", description = "Node.js. Default: node.")
  private String node = "node";

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public PeersCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException {
    if (runs < 1 || clients < 1 || rounds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--runs, --clients and --rounds must be 1 or more");
    }
    Path program =
        Path.of(System.getProperty("dev.argus.home", "."), "bench/peers/transformers.js");
    if (!Files.isDirectory(program.resolve("node_modules"))) {
      throw new ParameterException(
          spec.commandLine(),
          "transformers.js is not installed: run npm ci --ignore-scripts in " + program);
    }
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    Path folder = Files.createTempDirectory("argus-bench-peers");
    OpenResources peers = new OpenResources();
    try {
      TransformersJs other =
          peers.add(
              TransformersJs.start(node, program, StandardExport.of(checkpoint), threads.count()));
      List<Peer> all = new ArrayList<>(List.of(other));
      for (Precision precision : precisions) {
        all.add(peers.add(ArgusPeer.start(checkpoint.directory(), precision, threads.count())));
      }
      print(measure(checkpoint, other, all, folder));
      return 0;
    } finally {
      peers.close();
      WholeFolder.delete(folder);
    }
  }

  private PeersReport measure(
      Checkpoint checkpoint, TransformersJs other, List<Peer> all, Path folder) throws IOException {
    Path first = picture(folder, 0);
    Inputs own = Inputs.of(checkpoint, first);
    Inputs others = other.prepare(first, folder.resolve("pixels"));
    double levels = 255 * checkpoint.config().vision().standardDeviation().getFirst();
    Map<Peer, List<Reply>> alone = new LinkedHashMap<>();
    Map<Peer, List<List<Reply>>> together = new LinkedHashMap<>();
    try (Task task = Task.begin("Asking", (long) all.size() * (1 + runs + rounds))) {
      all.forEach(peer -> {
        alone.put(peer, new ArrayList<>());
        together.put(peer, new ArrayList<>());
        peer.answer(first, question.outputTokens()); // Warms up.
        task.step();
      });
      ForeignLoad load = ForeignLoad.watch();
      for (int run = 0; run < runs; run++) {
        Path picture = picture(folder, 1 + run);
        alone.forEach((peer, replies) -> {
          replies.add(peer.answer(picture, question.outputTokens()));
          task.step();
        });
      }
      for (int round = 0; round < rounds; round++) {
        List<Path> pictures = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
          pictures.add(picture(folder, 1 + runs + round * clients + client));
        }
        together.forEach((peer, replies) -> {
          replies.add(peer.together(pictures, question.outputTokens()));
          task.step();
        });
      }
      return new PeersReport(
          checkpoint.directory().getFileName().toString(),
          Machine.description(),
          threads.count(),
          own.ids().length,
          question.outputTokens(),
          own.from(others, levels),
          load.share().isPresent() ? (Double) load.share().getAsDouble() : null,
          alone.entrySet().stream()
              .map(entry ->
                  PeerFigures.of(
                      entry.getKey().label(),
                      entry.getValue(),
                      Objects.requireNonNull(together.get(entry.getKey()))))
              .toList());
    }
  }

  private Path picture(Path folder, int seed) throws IOException {
    return Files.write(
        folder.resolve(seed + ".jpg"), Photograph.jpeg(question.pictureSize(), seed));
  }

  private void print(PeersReport report) throws IOException {
    report.print(spec.commandLine().getOut());
    json.write(report);
  }
}
