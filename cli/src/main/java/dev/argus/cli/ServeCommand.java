package dev.argus.cli;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.allinone.InnerStages;
import dev.argus.runtime.DeviceName;
import dev.argus.service.launch.StageLauncher;
import dev.argus.service.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server until it is told to stop; then lets open answers end. */
@Command(
    name = "serve",
    description = {
      "Run a server: all stages in this process, or one of them.",
      "It says when it is ready. Ctrl-C lets open answers end, then stops it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus serve",
      "  argus serve --model tiny=models/argus-tiny --model smol=~/models/SmolVLM-256M-Instruct",
      "",
      "One stage a process, here or on other machines:",
      "  argus serve --stage preprocess --port 7071",
      "  argus serve --stage encoder --port 7072",
      "  argus serve --stage decoder --port 7073",
      "  argus serve --stage gateway --preprocess localhost:7071 --encoder localhost:7072 \\",
      "      --decoder localhost:7073",
      "",
      "Any configuration key of a stage, such as the decoder's slots:",
      "  argus serve --stage decoder --set argus.decoder.slots=16"
    })
final class ServeCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Run one stage: gateway, preprocess, encoder or decoder. Default: all.")
  private @Nullable Stage stage;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port to serve gRPC on; 0 for a free one. Default: gateway 7070, preprocess 7071, encoder"
              + " 7072, decoder 7073.")
  private @Nullable Integer port;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description =
          "Port of the gateway's OpenAI-compatible HTTP server; 0 for a free one. Default: 8080.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--model",
      paramLabel = "[NAME=]DIR",
      description =
          "A checkpoint to serve, by its directory or its name as argus models lists it, and the name that"
              + " clients call it by; may be repeated, the first is the default. A gateway of"
              + " its own needs the names only. Default: argus-tiny.")
  private List<String> models = List.of();

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "What the encoder and the decoder compute in: fp32, int8, w8a8 or int4; on a GPU also fp16 or"
              + " bf16. Default: what argus tune found to be best here, or else fp32; on a GPU bf16.")
  private @Nullable Precision precision;

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = DeviceNameConverter.class,
      description =
          "Where the encoder and the decoder compute: cpu, cuda:N or cuda:N@8GB, or auto, which is the first GPU,"
              + " or the processor where none can be used. Default: cpu.")
  private @Nullable DeviceName device;

  @Option(
      names = "--preprocess",
      paramLabel = "TARGET",
      description =
          "Where a gateway of its own finds the preprocess service: HOST:PORT, whose addresses are its"
              + " replicas; static:///HOST:PORT,HOST:PORT; or k8s:///[NAMESPACE/]SERVICE[:PORT], the"
              + " endpoints of a Kubernetes Service.")
  private @Nullable String preprocess;

  @Option(
      names = "--encoder",
      paramLabel = "TARGET",
      description = "Where it finds the encoder service.")
  private @Nullable String encoder;

  @Option(
      names = "--decoder",
      paramLabel = "TARGET",
      description = "Where it finds the decoder service.")
  private @Nullable String decoder;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a configuration key of the stage. May be repeated.")
  private Map<String, String> configuration = new LinkedHashMap<>();

  ServeCommand(Installation installation) {
    this.installation = installation;
  }

  /** The values of {@code --stage}. */
  enum Stage {
    GATEWAY,
    PREPROCESS,
    ENCODER,
    DECODER;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    if (stage == null) {
      return serveAll();
    }
    if (stage == Stage.GATEWAY || stage == Stage.PREPROCESS) {
      refuse("--precision", precision, stage);
      refuse("--device", device, stage);
    }
    if (httpPort != null && stage != Stage.GATEWAY) {
      throw new Failure("--http-port is for the gateway, not for the " + stage.label());
    }
    return switch (stage) {
      case GATEWAY -> launch(Stage.GATEWAY, gatewayKeys(modelNames(), targets()));
      case PREPROCESS, ENCODER, DECODER -> serveWithCheckpoints(stage);
    };
  }

  private static void refuse(String option, @Nullable Object value, Stage stage) {
    if (value != null) {
      throw new Failure(
          "%s is for the encoder and the decoder, not for the %s".formatted(option, stage.label()));
    }
  }

  private int serveAll() {
    Map<String, Path> checkpoints = checkpoints();
    try (Telemetry telemetry = Telemetry.fromEnvironment("argus");
        StartProgress progress = StartProgress.begin();
        InnerStages stages = InnerStages.begin(settings(checkpoints), telemetry, progress)) {
      Map<String, String> targets = new LinkedHashMap<>();
      targets.put("preprocess", stages.preprocess());
      targets.put("encoder", stages.encoder());
      targets.put("decoder", stages.decoder());
      Map<String, String> keys = gatewayKeys(List.copyOf(checkpoints.keySet()), targets);
      Runnable others =
          () -> {
            stages.await();
            progress.ready();
          };
      return StageLauncher.run(Stage.GATEWAY.label(), telemetry, others, arguments(keys));
    }
  }

  private AllInOneSettings settings(Map<String, Path> checkpoints) {
    AllInOneSettings settings = AllInOneSettings.defaults(checkpoints);
    if (precision != null) {
      settings = settings.withPrecision(precision);
    }
    if (device != null) {
      settings = settings.withDevice(device);
    }
    return settings;
  }

  private static Map<String, String> gatewayKeys(List<String> names, Map<String, String> targets) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("argus.gateway.models", String.join(",", names));
    targets.forEach((name, target) -> keys.put("argus.gateway." + name, target));
    return keys;
  }

  private int serveWithCheckpoints(Stage only) {
    Map<String, String> keys = new LinkedHashMap<>();
    checkpoints()
        .forEach((name, directory) ->
            keys.put("argus.%s.models.%s".formatted(only.label(), name), directory.toString()));
    if (precision != null) {
      keys.put("argus.%s.precision".formatted(only.label()), precision.label());
    }
    if (device != null) {
      keys.put("argus.%s.device".formatted(only.label()), device.toString());
    }
    return launch(only, keys);
  }

  private int launch(Stage launched, Map<String, String> keys) {
    return StageLauncher.run(launched.label(), arguments(keys));
  }

  private String[] arguments(Map<String, String> keys) {
    Map<String, String> all = new LinkedHashMap<>(keys);
    if (port != null) {
      all.put("grpc.server.port", port.toString());
    }
    if (httpPort != null) {
      all.put("argus.gateway.http.port", httpPort.toString());
    }
    all.putAll(configuration);
    List<String> arguments = new ArrayList<>();
    all.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return arguments.toArray(String[]::new);
  }

  /** Those that were given; a gateway's own defaults hold for the others. */
  private Map<String, String> targets() {
    Map<String, String> targets = new LinkedHashMap<>();
    putIfGiven(targets, "preprocess", preprocess);
    putIfGiven(targets, "encoder", encoder);
    putIfGiven(targets, "decoder", decoder);
    return targets;
  }

  private static void putIfGiven(
      Map<String, String> targets, String name, @Nullable String target) {
    if (target != null) {
      targets.put(name, target);
    }
  }

  private List<String> modelNames() {
    return models.isEmpty()
        ? List.of(name(installation.defaultModel().toString()))
        : models.stream().map(ServeCommand::name).toList();
  }

  private Map<String, Path> checkpoints() {
    Map<String, Path> checkpoints = new LinkedHashMap<>();
    for (String model : models) {
      String directory = model.substring(model.indexOf('=') + 1);
      checkpoints.put(name(model), installation.checkpoint(directory));
    }
    if (checkpoints.isEmpty()) {
      checkpoints.put(name(installation.defaultModel().toString()), installation.defaultModel());
    }
    return checkpoints;
  }

  /** {@code NAME} of {@code NAME=DIR}, or the last part of the directory's path. */
  private static String name(String model) {
    int separator = model.indexOf('=');
    return separator > 0 ? model.substring(0, separator) : Path.of(model).getFileName().toString();
  }
}
