package dev.argus.bench.graphs;

import dev.argus.base.failure.ModelFault;
import dev.argus.bench.measure.CountedDevice;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.ModelOption;
import dev.argus.bench.option.RecordingOption;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.DeviceNameConverter;
import dev.argus.runtime.Device;
import dev.argus.runtime.DeviceName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a checkpoint's graphs beside a standard export of it. */
@Command(
    name = "graphs",
    description = {
      "Measure a checkpoint's graphs: encoding a tile, reading a prompt, decoding;",
      "in turns with a standard-operator export of the same weights."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench graphs --model ~/models/SmolVLM-256M-Instruct --threads 2",
      "  argus bench graphs --model smolvlm-256m --precision fp32,int8 --runs 5 --json graphs.json"
    })
public final class GraphsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description = "Which of Argus's graphs. Default: fp32,int8,w8a8,int4.")
  private List<Precision> precisions =
      List.of(Precision.FP32, Precision.INT8, Precision.W8A8, Precision.INT4);

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = DeviceNameConverter.class,
      description = "Where they run: cpu, cuda:N or auto. Default: cpu.")
  private DeviceName deviceName = new DeviceName.Cpu();

  @Mixin private final RecordingOption recording = new RecordingOption();

  @Option(names = "--runs", paramLabel = "N", description = "Turns of each graph. Default: 10.")
  private int runs = 10;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Decode steps in each turn. Default: 18.")
  private int steps = 18;

  @Option(names = "--prompt", paramLabel = "N", description = "Prompt tokens. Default: 889.")
  private int prompt = 889;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Context at which decoding begins. Default: 900.")
  private int context = 900;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Sequences decoded together. Default: 1,4,8,16.")
  private List<Integer> batches = List.of(1, 4, 8, 16);

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description = "The export to compare with. Default: one is written, and kept for next time.")
  private @Nullable Path export;

  @Mixin private final JsonOption json = new JsonOption();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public GraphsCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() throws IOException {
    GraphsPlan plan = new GraphsPlan(threads.count(), runs, steps, prompt, context, batches);
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    List<String> refused = new ArrayList<>();
    try (CountedDevice device =
        new CountedDevice(Device.open(deviceName, threads.count(), recording.recording()))) {
      List<Contender> contenders = contenders(checkpoint, device, refused);
      GraphsReport report = measure(checkpoint, device, contenders, plan);
      refused.addAll(report.refused());
      print(report.withRefused(refused));
    }
    return 0;
  }

  private static GraphsReport measure(
      Checkpoint checkpoint, CountedDevice device, List<Contender> contenders, GraphsPlan plan) {
    try (Task task = Task.begin("Measuring", GraphsBench.turns(contenders, plan))) {
      return GraphsBench.run(checkpoint, device, contenders, plan, task::step);
    }
  }

  private void print(GraphsReport report) throws IOException {
    new GraphsTable(spec.commandLine().getOut()).print(report);
    json.write(report);
  }

  /** Those that can be had; their graphs are there afterwards. */
  private List<Contender> contenders(Checkpoint checkpoint, Device device, List<String> refused) {
    List<Contender> contenders = new ArrayList<>();
    try {
      contenders.add(new Contender.Naive(naive(checkpoint)));
    } catch (ModelFault e) {
      refused.add("naive fp32: " + e.getMessage());
    }
    for (Precision precision : precisions) {
      try {
        Contender.Built built = new Contender.Built(precision);
        build(built, checkpoint, device);
        contenders.add(built);
      } catch (ModelFault e) {
        refused.add(precision.label() + ": " + e.getMessage());
      }
    }
    return contenders;
  }

  private HubGraphs naive(Checkpoint checkpoint) {
    Path directory =
        export == null ? StandardExport.of(checkpoint) : StandardExport.of(checkpoint, export);
    return new HubGraphs(directory.resolve("onnx"));
  }

  private static void build(Contender.Built built, Checkpoint checkpoint, Device device) {
    for (GraphPart part : GraphPart.values()) {
      String title = "Building the %s graph at %s".formatted(part.label(), built.label());
      try (Task task = Task.begin(title, Task.UNKNOWN)) {
        built.prepare(
            checkpoint, part, device, (_, written, total) -> task.measured(title, written, total));
      }
    }
  }
}
