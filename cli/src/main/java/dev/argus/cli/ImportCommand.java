package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.selftest.SelfTest;
import dev.argus.hub.DirectoryImport;
import dev.argus.hub.FileChoice;
import dev.argus.hub.HubException;
import dev.argus.hub.HubImport;
import dev.argus.hub.HubLimits;
import dev.argus.hub.HubSettings;
import dev.argus.hub.ImportRecord;
import dev.argus.hub.ModelAddress;
import dev.argus.runtime.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a model here, makes it ready to be served, and tries whether it works. */
@Command(
    name = "import",
    description = {
      "Bring a model from a hub or a directory, make it ready, and try whether it works.",
      "What is interrupted goes on where it stopped when the command is given again; what is here"
          + " already is not fetched again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus import HuggingFaceTB/SmolVLM-256M-Instruct",
      "  argus import OpenGVLab/InternVL3-1B-hf --revision main --precision fp32,int8",
      "  argus import https://mirror.example/HuggingFaceTB/SmolVLM-256M-Instruct",
      "  argus import ~/models/my-checkpoint --name mine",
      "  argus describe photo.jpg --model SmolVLM-256M-Instruct",
      "",
      "Variables, as of huggingface_hub:",
      "  HF_TOKEN        an access token, for gated and private models; 'hf auth login' stores one",
      "  HF_ENDPOINT     another hub than https://huggingface.co; it is sent the token",
      "  HF_HUB_OFFLINE  1 to ask nobody, and make do with what is here",
      "Models are kept in ~/.cache/argus/models, or where ARGUS_MODELS says."
    })
final class ImportCommand implements Callable<Integer> {
  private final Installation installation;
  private final Map<String, String> environment;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A model's id on the hub (owner/name), the address of its page at a hub or mirror, or a"
              + " directory.")
  private String model = "";

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "Branch, tag or commit. Default: main.")
  private @Nullable String revision;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call it here. Default: the last part of MODEL.")
  private @Nullable String name;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "The directory to put the files into. Default: one of its name where models are kept. A"
              + " directory that is imported stays where it is unless this is given.")
  private @Nullable Path to;

  @Option(
      names = "--onnx",
      paramLabel = "VARIANT",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Take the repository's ONNX graphs instead of its weights; VARIANT is the end of their"
              + " names, such as q4 or fp16. Default: the unquantised ones.")
  private @Nullable String onnx;

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = ",",
      description =
          "What to build graphs for: fp32, int8, w8a8, int4, separated by commas. Default: fp32,"
              + " which is served unless told otherwise; of ONNX graphs, what there is.")
  private List<Precision> precisions = List.of();

  @Option(
      names = "--no-self-test",
      description = "Build the graphs, but do not load them to try whether they work.")
  private boolean noSelfTest;

  ImportCommand(Installation installation, Map<String, String> environment) {
    this.installation = installation;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (ImportProgress progress =
            new ImportProgress(spec.commandLine().getErr(), terminal(), System::nanoTime);
        Device device = Device.cpu(Runtime.getRuntime().availableProcessors())) {
      Path directory = bring(progress);
      Checkpoint checkpoint = Checkpoint.open(directory);
      GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
      ImportReport report = new ImportReport(checkpoint, finish, ImportRecord.in(directory));
      for (Precision precision : precisions(checkpoint)) {
        report.add(precision, makeReady(checkpoint, precision, device, progress));
      }
      report.print(spec.commandLine().getOut(), modelToAsk(directory, checkpoint));
    }
    return ExitCode.OK;
  }

  private static Optional<PrintStream> terminal() {
    return Boolean.getBoolean(StartProgress.PROPERTY) ? Optional.of(System.err) : Optional.empty();
  }

  private Path bring(ImportProgress progress) throws IOException, InterruptedException {
    FileChoice choice = onnx == null ? FileChoice.safetensors() : FileChoice.onnx(onnx);
    Path directory = Path.of(model);
    if (Files.isDirectory(directory)) {
      if (revision != null) {
        throw new Failure("--revision is for a model of a hub; %s is a directory".formatted(model));
      }
      return bringDirectory(directory.toRealPath(), choice, progress);
    }
    HubSettings settings = HubSettings.of(environment, Path.of(System.getProperty("user.home")));
    ModelAddress address = ModelAddress.parse(model, settings.endpoint());
    Path target = target(address.name());
    new HubImport(settings, HubLimits.defaults(), Thread::sleep, progress)
        .run(
            new HubImport.Request(
                address,
                Optional.ofNullable(revision),
                choice,
                target,
                staged -> Checkpoint.open(staged).prompts()));
    return target;
  }

  private Path bringDirectory(Path directory, FileChoice choice, ImportProgress progress)
      throws IOException {
    Checkpoint.open(directory);
    Path target = target(directory.getFileName().toString());
    if (to != null) {
      DirectoryImport.copy(directory, choice, target, progress);
    } else {
      DirectoryImport.link(directory, target);
    }
    return target;
  }

  private Path target(String defaultName) throws HubException {
    String called = name == null ? defaultName : name;
    if (!called.matches("[A-Za-z0-9_][A-Za-z0-9._-]*") || called.endsWith(".partial")) {
      throw new HubException(
          "'%s' cannot be a model's name here: give one of letters, digits, '.', '_' and '-' with"
                  .formatted(called)
              + " --name");
    }
    return to == null ? installation.library().resolve(called) : to.toAbsolutePath().normalize();
  }

  /** Those asked for; else the one that is served unless told otherwise, or all of an export. */
  private List<Precision> precisions(Checkpoint checkpoint) {
    if (!precisions.isEmpty()) {
      return precisions;
    }
    List<Precision> exported =
        HubGraphs.of(checkpoint).map(HubGraphs::precisions).orElseGet(List::of);
    return exported.isEmpty() ? List.of(Precision.FP32) : exported;
  }

  private Optional<SelfTest> makeReady(
      Checkpoint checkpoint, Precision precision, Device device, ImportProgress progress) {
    if (!noSelfTest) {
      return Optional.of(SelfTest.run(checkpoint, precision, device, progress));
    }
    if (HubGraphs.of(checkpoint).isEmpty()) {
      GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
      for (GraphPart part : GraphPart.values()) {
        Graphs.prepare(checkpoint, part, precision, finish, progress);
      }
    }
    return Optional.empty();
  }

  /** What {@code --model} takes, and what else it needs. */
  private String modelToAsk(Path directory, Checkpoint checkpoint) {
    String name =
        installation.library().equals(directory.getParent())
            ? directory.getFileName().toString()
            : directory.toString();
    List<Precision> ready = precisions(checkpoint);
    return ready.contains(Precision.FP32)
        ? name
        : "%s --precision %s".formatted(name, ready.getFirst().label());
  }
}
