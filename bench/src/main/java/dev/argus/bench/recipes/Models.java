package dev.argus.bench.recipes;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.Patience;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.DecoderSettings;
import dev.argus.decoder.DecoderStage;
import dev.argus.encoder.EncoderSettings;
import dev.argus.encoder.EncoderStage;
import dev.argus.encoder.core.VisionTower;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.runtime.Device;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** An encoder and a decoder, by some of the recipes. Only one of these is in memory at a time. */
final class Models implements AutoCloseable {
  /** The recipes that need other models, or a cache of their own. */
  static final Set<Recipe> RECIPES =
      EnumSet.of(
          Recipe.UINT8,
          Recipe.FUSED_VISION,
          Recipe.FUSED_DECODER,
          Recipe.PRECISION,
          Recipe.FEATURE_CACHE,
          Recipe.PREFIX_CACHE);

  private static final int SLOTS = 2;

  private final OpenResources resources;
  private final List<FloatTower> floatTowers = new ArrayList<>();
  private final String encoder;
  private final String decoder;

  private Models(Subject subject, Step step, OpenResources resources) {
    this.resources = resources;
    Map<String, Path> paths = Map.of(Subject.NAME, subject.served(step));
    EncoderSettings encoding =
        Patience.of(EncoderSettings.defaults(paths))
            .withThreads(subject.threads())
            .withMaxBatch(1)
            .withPrecision(step.has(Recipe.PRECISION) ? subject.best().encoder() : Precision.FP32);
    if (!step.has(Recipe.FEATURE_CACHE)) {
      encoding = encoding.withFeatureCacheBytes(0);
    }
    DecoderSettings decoding =
        Patience.of(DecoderSettings.defaults(paths))
            .withThreads(subject.threads())
            .withSlots(SLOTS)
            .withPrecision(step.has(Recipe.PRECISION) ? subject.best().decoder() : Precision.FP32);
    decoding =
        decoding.withLimits(decoding.limits().withPrefixCache(step.has(Recipe.PREFIX_CACHE)));
    EncoderStage encoderStage =
        resources.add(
            EncoderStage.open(
                encoding,
                Telemetry.off(),
                BuildProgress.SILENT,
                new Checkpoints(),
                tower(subject, step)));
    DecoderStage decoderStage = resources.add(DecoderStage.open(decoding, Telemetry.off()));
    this.encoder =
        resources
            .add(InProcessServer.start(name("encoder"), encoderStage, Telemetry.off()))
            .target();
    this.decoder =
        resources
            .add(InProcessServer.start(name("decoder"), decoderStage, Telemetry.off()))
            .target();
  }

  /** Loads them; graphs that have not been built are built. */
  static Models open(Subject subject, Step step) {
    OpenResources resources = new OpenResources();
    try {
      return new Models(subject, step, resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static String name(String stage) {
    return stage + "-" + UUID.randomUUID();
  }

  /** An export is served as it is, but for the recipes of its vision tower. */
  private UnaryOperator<VisionTower> tower(Subject subject, Step step) {
    if (step.has(Recipe.FUSED_DECODER)
        || (step.has(Recipe.UINT8) && !step.has(Recipe.FUSED_VISION))) {
      return UnaryOperator.identity();
    }
    return exported -> {
      exported.close();
      Device device = resources.add(Device.cpu(subject.threads()));
      Checkpoint checkpoint = subject.checkpoint();
      if (step.has(Recipe.FUSED_VISION)) {
        return OnnxVisionTower.open(checkpoint, Precision.FP32, device, 1, BuildProgress.SILENT);
      }
      Path graph =
          new HubGraphs(subject.served(step).resolve("onnx")).visionEncoder(Precision.FP32);
      FloatTower tower = new FloatTower(checkpoint.config(), device.openForeign(graph), device);
      floatTowers.add(tower);
      return tower;
    };
  }

  /** Where the encoder is reached. */
  String encoder() {
    return encoder;
  }

  /** Where the decoder is reached. */
  String decoder() {
    return decoder;
  }

  /** What making float32 of tiles took since the last call. */
  long takeTensorNanos() {
    return floatTowers.stream().mapToLong(FloatTower::takeTensorNanos).sum();
  }

  @Override
  public void close() {
    resources.close();
  }
}
