package dev.argus.bench.golden;

import dev.argus.base.failure.ModelFault;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.option.JsonOption;
import dev.argus.bench.option.RecordingOption;
import dev.argus.bench.option.ThreadsOption;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.DeviceNameConverter;
import dev.argus.runtime.Device;
import dev.argus.runtime.DeviceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a device with the reference implementation. */
@Command(
    name = "golden",
    description = {
      "Answer the reference implementation's conversations on a device, and tell how far visual",
      "tokens, logits and answers are from its own. Exits with 1 where an answer at fp32 differs,",
      "or a precision that was asked for does not run there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench golden testdata/golden",
      "  argus bench golden testdata/golden --device cuda:0 --precision fp32,fp16,bf16"
    })
public final class GoldenCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The reference data.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private Path folder;

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = DeviceNameConverter.class,
      description = "Where models run: cpu, cuda:N or auto. Default: cpu.")
  private DeviceName deviceName = new DeviceName.Cpu();

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final RecordingOption recording = new RecordingOption();

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "P",
      description = "Which of Argus's graphs. Default: fp32.")
  private List<Precision> precisions = List.of(Precision.FP32);

  @Option(
      names = "--decoder-precision",
      paramLabel = "P",
      description = "The language model's, if it is another than the vision tower's.")
  private @Nullable Precision decoderPrecision;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  public Integer call() throws IOException {
    GoldenFolder golden = new GoldenFolder(folder);
    List<Path> checkpoints = golden.checkpoints();
    if (checkpoints.isEmpty()) {
      throw new IOException("%s holds no checkpoint with a golden.json".formatted(folder));
    }
    GoldenReport report;
    try (Device device = Device.open(deviceName, threads.count(), recording.recording())) {
      report = compare(new GoldenBench(golden, device), checkpoints);
    }
    print(report);
    json.write(report);
    boolean exact =
        report.agreements().stream()
            .filter(each -> each.precision().equals(Precision.FP32.label()))
            .allMatch(Agreement::whole);
    return exact && report.refused().isEmpty() ? 0 : 1;
  }

  private GoldenReport compare(GoldenBench bench, List<Path> checkpoints) throws IOException {
    List<Agreement> agreements = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Precision precision : precisions) {
      try {
        for (Path checkpoint : checkpoints) {
          agreements.addAll(
              bench.compare(
                  checkpoint, precision, Objects.requireNonNullElse(decoderPrecision, precision)));
        }
      } catch (ModelFault e) {
        refused.add(precision.label() + ": " + e.getMessage());
      }
    }
    return new GoldenReport(
        Machine.description(), bench.device().description(), agreements, refused);
  }

  private void print(GoldenReport report) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s, on %s%n%n", report.device(), report.machine());
    out.printf(
        "%-9s %-20s %-16s %13s %11s %9s%n",
        "PRECISION", "CHECKPOINT", "CONVERSATION", "FEATURE ERROR", "LOGIT ERROR", "AGREED");
    for (Agreement each : report.agreements()) {
      out.printf(
          Locale.ROOT,
          "%-9s %-20s %-16s %13.1e %11.1e %6d/%d%n",
          each.precision(),
          each.checkpoint(),
          each.conversation(),
          each.featureError(),
          each.logitError(),
          each.agreed(),
          each.tokens());
    }
    report.refused().forEach(why -> out.printf("%nNot run: %s%n", why));
    out.flush();
  }
}
