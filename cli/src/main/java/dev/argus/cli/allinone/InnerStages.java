package dev.argus.cli.allinone;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.decoder.DecoderStage;
import dev.argus.encoder.EncoderStage;
import dev.argus.preprocess.PreprocessStage;
import dev.argus.service.StageService;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The three stages behind a gateway, in this process. They are reached through gRPC as if they were
 * elsewhere, but without a socket. They open side by side, and beside whatever else the process
 * starts with. Begun, awaited and closed by one thread.
 */
public final class InnerStages implements AutoCloseable {
  private final OpenResources resources = new OpenResources();
  private final Telemetry telemetry;
  private final Inner<PreprocessStage> preprocess;
  private final Inner<EncoderStage> encoder;
  private final Inner<DecoderStage> decoder;

  /** A stage that is being opened, and the name that it will be served under. */
  private record Inner<T extends StageService>(String server, Opening<T> opening) {
    String target() {
      return Channels.IN_PROCESS + server;
    }
  }

  private InnerStages(AllInOneSettings settings, Telemetry telemetry, BuildProgress progress) {
    this.telemetry = telemetry;
    Checkpoints checkpoints = new Checkpoints();
    this.encoder =
        begin(
            "encoder",
            () ->
                EncoderStage.open(
                    settings.encoder(), telemetry, progress, checkpoints, settings.tower()));
    this.decoder =
        begin(
            "decoder",
            () -> DecoderStage.open(settings.decoder(), telemetry, progress, checkpoints));
    this.preprocess =
        begin(
            "preprocess",
            () -> PreprocessStage.open(settings.preprocess(), telemetry, checkpoints));
  }

  private <T extends StageService> Inner<T> begin(String stage, Supplier<T> opener) {
    return new Inner<>(
        stage + "-" + UUID.randomUUID(), resources.add(Opening.begin(stage, opener)));
  }

  /**
   * Begins to start the stages; they can be called after {@link #await}.
   *
   * @param telemetry used by all of them; stays the caller's to close, after this
   * @param progress hears of graphs being built
   */
  public static InnerStages begin(
      AllInOneSettings settings, Telemetry telemetry, BuildProgress progress) {
    return new InnerStages(settings, telemetry, progress);
  }

  /**
   * Waits until the stages serve.
   *
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken; what has been opened is
   *     closed with this
   */
  public void await() {
    serve(preprocess);
    serve(encoder);
    serve(decoder);
  }

  private void serve(Inner<?> stage) {
    resources.add(InProcessServer.start(stage.server(), stage.opening().get(), telemetry));
  }

  /** What {@link Channels} reaches the preprocess stage by. */
  public String preprocess() {
    return preprocess.target();
  }

  /** The same of the encoder. */
  public String encoder() {
    return encoder.target();
  }

  /** The same of the decoder. */
  public String decoder() {
    return decoder.target();
  }

  /** Breaks off the calls that are still open, and stops the stages. */
  @Override
  public void close() {
    resources.close();
  }
}
