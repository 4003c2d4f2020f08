package dev.argus.bench.binding;

import dev.argus.bench.measure.ResidentMemory;
import dev.argus.bench.option.ModelOption;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.runtime.Device;
import dev.argus.runtime.OrtAccess;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures both of ONNX Runtime's APIs, then binds and runs for long. */
@Command(
    name = "binding",
    description = {
      "Measure a decode step of one thread through ONNX Runtime's C API and its Java API, in",
      "processor time; then bind, run and close many times, and see whether the process grows."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench binding",
      "  argus bench binding --model smolvlm-256m --runs 2000 --binds 10000"
    })
public final class BindingCommand implements Callable<Integer> {
  private static final int LINES = 10;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  /** What the process may grow by once it has warmed up. */
  private static final long ALLOWED_BYTES = 8 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ModelOption model;

  @Option(names = "--runs", paramLabel = "N", description = "Runs to measure. Default: 20000.")
  private int runs = 20_000;

  @Option(
      names = "--binds",
      paramLabel = "N",
      description = "Times to bind, run and close afterwards. Default: 1000000.")
  private int binds = 1_000_000;

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public BindingCommand(Function<String, Path> checkpoints) {
    model = new ModelOption(checkpoints);
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Path graph = graph();
    for (OrtAccess access : OrtAccess.values()) {
      try (DecodeStep step = new DecodeStep(graph, access)) {
        RunCost cost = RunCost.measure(step, runs);
        out.printf(
            "%-4s API, %d inputs and outputs: run %.1f us, %.0f B of garbage; binding for it %.1f us%n",
            access, step.places(), cost.runMicros(), cost.runGarbageBytes(), cost.bindMicros());
        out.flush();
      }
    }
    try (DecodeStep step = new DecodeStep(graph, OrtAccess.C)) {
      return endure(step, out);
    }
  }

  private Path graph() {
    Checkpoint checkpoint = Checkpoint.open(model.directory());
    try (Device device = Device.cpu(1)) {
      GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
      return Graphs.prepare(
          checkpoint, GraphPart.DECODER, Precision.FP32, finish, BuildProgress.SILENT);
    }
  }

  private int endure(DecodeStep step, PrintWriter out) {
    int each = Math.max(1, binds / LINES);
    long warm = 0;
    for (int line = 1; line <= LINES; line++) {
      for (int i = 0; i < each; i++) {
        RunCost.bindAndRun(step);
      }
      long resident = ResidentMemory.bytes();
      warm = line == 2 ? resident : warm;
      out.printf(
          "%,d bound, run and closed: %.1f MiB resident%n",
          line * each, resident / BYTES_PER_MEBIBYTE);
      out.flush();
    }
    long grown = ResidentMemory.bytes() - warm;
    out.printf("Grown since a fifth of it: %.1f MiB%n", grown / BYTES_PER_MEBIBYTE);
    return grown > ALLOWED_BYTES ? 1 : 0;
  }
}
