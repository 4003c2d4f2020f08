package dev.argus.bench.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.bench.measure.Task;
import dev.argus.bench.option.RecordingOption;
import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.endpoint.GrpcEndpoint;
import dev.argus.bench.serve.endpoint.OpenAiEndpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.DeviceNameConverter;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.runtime.DeviceName;
import dev.argus.runtime.Recording;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who is asked. */
final class TargetOptions {
  private static final String KEY = "OPENAI_API_KEY";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A running server: grpc://HOST:PORT for Argus, http://HOST:PORT/v1 for OpenAI's API, such as"
              + " vLLM's and llama.cpp's. OPENAI_API_KEY is sent to the latter where it is set.")
  private @Nullable String url;

  @Option(
      names = "--start",
      description = "Start all stages in this process, for as long as it takes. The default.")
  private boolean start;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The model: a checkpoint's directory, or its name; with --url, a name there. Default:"
              + " argus-tiny, or the server's first.")
  private @Nullable String model;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "What a model computes in, in this process. Default: what argus tune found to be best here,"
              + " or else fp32; on a GPU bf16.")
  private @Nullable Precision precision;

  @Option(
      names = "--device",
      paramLabel = "D",
      converter = DeviceNameConverter.class,
      description = "Where models run, in this process: cpu, cuda:N or auto. Default: cpu.")
  private @Nullable DeviceName device;

  @Mixin private final RecordingOption recording = new RecordingOption();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Of one request. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds = 600;

  @Option(
      names = "--extra-body",
      paramLabel = "JSON",
      description =
          "An object of further fields for an OpenAI request, such as '{\"cache_prompt\": false}'.")
  private @Nullable String extraBody;

  /**
   * Checks what can be checked without a server.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  void check() {
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException("--timeout must be 1 or more");
    }
    if (url != null && start) {
      throw new IllegalArgumentException("--url and --start: one of both");
    }
    if (url != null && precision != null) {
      throw new IllegalArgumentException(
          "--precision is the server's to choose; leave it out with --url");
    }
    if (url != null && device != null) {
      throw new IllegalArgumentException(
          "--device is the server's to choose; leave it out with --url");
    }
    if (url != null && recording.recording() == Recording.ON) {
      throw new IllegalArgumentException(
          "--cuda-graphs is the server's to choose; leave it out with --url");
    }
    boolean http = url != null && Address.parse(url) instanceof Address.Http;
    if (extraBody != null && !http) {
      throw new IllegalArgumentException("--extra-body is for a --url of OpenAI's API");
    }
    extra();
  }

  /** Whether the server shares this process. */
  boolean isHere() {
    return url == null;
  }

  /** Where the server is, for people. */
  String description() {
    return url == null ? "all stages in this process" : url;
  }

  /**
   * Opens the way to the server, or starts it.
   *
   * @param checkpoints finds a checkpoint's directory
   * @throws IOException if a server cannot be reached
   */
  Endpoint open(Function<String, Path> checkpoints) throws IOException, InterruptedException {
    if (url == null) {
      return startHere(checkpoints.apply(Objects.requireNonNullElse(model, "argus-tiny")));
    }
    return switch (Address.parse(url)) {
      case Address.Grpc(String target) -> toArgus(target);
      case Address.Http(var base) ->
          OpenAiEndpoint.open(
              base,
              Optional.ofNullable(model),
              new OpenAiEndpoint.Settings(
                  timeout(), Optional.ofNullable(System.getenv(KEY)), extra()));
    };
  }

  private Endpoint startHere(Path checkpoint) {
    String name = checkpoint.getFileName().toString();
    AllInOneSettings settings = AllInOneSettings.defaults(Map.of(name, checkpoint));
    if (precision != null) {
      settings = settings.withPrecision(precision);
    }
    if (device != null) {
      settings = settings.withDevice(device);
    }
    settings = settings.withDecoder(decoder -> decoder.withRecording(recording.recording()));
    try (Task task = Task.begin("Starting", Task.UNKNOWN)) {
      BuildProgress building =
          (part, written, total) ->
              task.measured("building the %s graph".formatted(part.label()), written, total);
      AllInOne stages = AllInOne.start(settings, Telemetry.off(), building);
      return new GrpcEndpoint(stages.gateway(), name, timeout(), stages::close);
    }
  }

  private Endpoint toArgus(String target) {
    ManagedChannel channel = Channels.open(target, Telemetry.off(), ChannelLimits.defaults());
    try {
      String name = model == null ? GrpcEndpoint.firstModel(channel) : model;
      return new GrpcEndpoint(channel, name, timeout(), channel::shutdownNow);
    } catch (RuntimeException e) {
      channel.shutdownNow();
      throw e;
    }
  }

  private Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }

  private ObjectNode extra() {
    JsonMapper json = new JsonMapper();
    try {
      if (extraBody == null) {
        return json.createObjectNode();
      }
      if (json.readTree(extraBody) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // As anything else that is no object.
    }
    throw new IllegalArgumentException(
        "--extra-body takes a JSON object, not '%s'".formatted(extraBody));
  }
}
