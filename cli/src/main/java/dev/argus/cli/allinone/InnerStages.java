package dev.argus.cli.allinone;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.decoder.DecoderStage;
import dev.argus.encoder.EncoderStage;
import dev.argus.preprocess.PreprocessStage;
import dev.argus.service.StageService;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import java.util.UUID;

/**
 * The three stages behind a gateway, in this process. They are reached through gRPC as if they were
 * elsewhere, but without a socket. Thread-safe.
 */
public final class InnerStages implements AutoCloseable {
  private final OpenResources resources;
  private final String preprocess;
  private final String encoder;
  private final String decoder;

  private InnerStages(
      AllInOneSettings settings,
      Telemetry telemetry,
      BuildProgress progress,
      OpenResources resources) {
    this.resources = resources;
    Opening<EncoderStage> openingEncoder =
        resources.add(
            Opening.begin(
                "encoder",
                () ->
                    EncoderStage.open(settings.encoder(), telemetry, progress, settings.tower())));
    Opening<DecoderStage> openingDecoder =
        resources.add(
            Opening.begin(
                "decoder", () -> DecoderStage.open(settings.decoder(), telemetry, progress)));
    PreprocessStage preprocessStage =
        resources.add(PreprocessStage.open(settings.preprocess(), telemetry));
    this.preprocess = serve("preprocess", preprocessStage, telemetry);
    this.encoder = serve("encoder", openingEncoder.get(), telemetry);
    this.decoder = serve("decoder", openingDecoder.get(), telemetry);
  }

  /**
   * Starts the stages.
   *
   * @param telemetry used by all of them; stays the caller's to close, after this
   * @param progress hears of graphs being built
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken
   */
  public static InnerStages start(
      AllInOneSettings settings, Telemetry telemetry, BuildProgress progress) {
    OpenResources resources = new OpenResources();
    try {
      return new InnerStages(settings, telemetry, progress, resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** What {@link dev.argus.service.channel.Channels} reaches the preprocess stage by. */
  public String preprocess() {
    return preprocess;
  }

  /** The same of the encoder. */
  public String encoder() {
    return encoder;
  }

  /** The same of the decoder. */
  public String decoder() {
    return decoder;
  }

  /** Breaks off the calls that are still open, and stops the stages. */
  @Override
  public void close() {
    resources.close();
  }

  private String serve(String name, StageService stage, Telemetry telemetry) {
    return resources
        .add(InProcessServer.start(name + "-" + UUID.randomUUID(), stage, telemetry))
        .target();
  }
}
