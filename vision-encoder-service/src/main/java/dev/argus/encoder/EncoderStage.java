package dev.argus.encoder;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.tuning.Hardware;
import dev.argus.checkpoint.tuning.Tuning;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.encoder.core.EncoderLimits;
import dev.argus.encoder.core.EncoderQueue;
import dev.argus.encoder.core.FeatureCache;
import dev.argus.encoder.core.ServedModel;
import dev.argus.encoder.core.VisionTower;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.encoder.grpc.EncodeService;
import dev.argus.encoder.grpc.EncoderMetrics;
import dev.argus.encoder.grpc.MeasuredTower;
import dev.argus.runtime.Device;
import dev.argus.runtime.DeviceName;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vision encoder service: tiles in, compressed visual tokens out. */
public final class EncoderStage implements StageService {
  private static final Logger LOG = LoggerFactory.getLogger(EncoderStage.class);

  private final Map<String, ServedModel> models;
  private final Device device;
  private final EncoderMetrics metrics;
  private final EncodeService service;

  private EncoderStage(
      Map<String, ServedModel> models,
      Device device,
      EncoderMetrics metrics,
      EncodeService service) {
    this.models = models;
    this.device = device;
    this.metrics = metrics;
    this.service = service;
  }

  /**
   * Opens the models and starts their threads. Builds graphs that have not been built, which takes
   * seconds.
   *
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken
   */
  public static EncoderStage open(EncoderSettings settings, Telemetry telemetry) {
    return open(
        settings, telemetry, BuildProgress.SILENT, new Checkpoints(), UnaryOperator.identity());
  }

  /**
   * As above.
   *
   * @param progress hears of the building of graphs
   * @param opener opens the checkpoints, which other stages of this process may use too
   * @param around given a tower, gives what runs in its place, and closes it
   */
  public static EncoderStage open(
      EncoderSettings settings,
      Telemetry telemetry,
      BuildProgress progress,
      Checkpoints opener,
      UnaryOperator<VisionTower> around) {
    Optional<FeatureCache> cache =
        settings.featureCacheBytes() == 0
            ? Optional.empty()
            : Optional.of(new FeatureCache(settings.featureCacheBytes()));
    Map<String, Checkpoint> checkpoints = new TreeMap<>();
    settings.models().forEach((name, path) -> checkpoints.put(name, opener.open(path)));
    DeviceName where = Device.resolve(settings.device());
    Map<String, Choice> choices = choices(checkpoints, settings, hardware(where));
    int threads = choices.values().stream().mapToInt(Choice::threads).max().orElseThrow();
    Device device = Device.open(where, threads);
    Map<String, ServedModel> models = new TreeMap<>();
    try {
      choices.forEach((name, choice) -> {
        Checkpoint checkpoint = Objects.requireNonNull(checkpoints.get(name));
        VisionTower opened =
            OnnxVisionTower.open(
                checkpoint, choice.precision(), device, choice.maxBatch(), progress);
        VisionTower tower = new MeasuredTower(around.apply(opened), telemetry.meter(), name);
        models.put(name, model(name, checkpoint, choice, tower, settings.limits(), cache));
        LOG.info(
            "Serving {} at {} on {}, {} tiles in a run",
            name,
            choice.precision().label(),
            device.description(),
            tower.maxBatch());
      });
    } catch (RuntimeException e) {
      close(models, device);
      throw e;
    }
    EncoderMetrics metrics = new EncoderMetrics(telemetry.meter(), models.values(), cache);
    EncodeService service =
        new EncodeService(models, telemetry, metrics, settings.streams(), settings.windowTiles());
    return new EncoderStage(models, device, metrics, service);
  }

  private static Hardware hardware(DeviceName where) {
    return switch (where) {
      case DeviceName.Cuda _ -> new Hardware.Gpu();
      case DeviceName.Cpu _, DeviceName.Auto _ -> new Hardware.Processor(Device.machine());
    };
  }

  /** What the settings say, else what was tuned or is usual. */
  private static Map<String, Choice> choices(
      Map<String, Checkpoint> checkpoints, EncoderSettings settings, Hardware hardware) {
    Map<String, Choice> choices = new TreeMap<>();
    checkpoints.forEach((name, checkpoint) -> {
      Choice choice =
          Tuning.choice(checkpoint, GraphPart.VISION, hardware)
              .with(settings.precision(), settings.threads(), settings.maxBatch());
      hardware
          .objection(checkpoint, GraphPart.VISION, choice.precision())
          .ifPresent(objection -> LOG.warn("{}: {}", name, objection));
      choices.put(name, choice);
    });
    return choices;
  }

  private static ServedModel model(
      String name,
      Checkpoint checkpoint,
      Choice choice,
      VisionTower tower,
      EncoderLimits limits,
      Optional<FeatureCache> cache) {
    String fingerprint = checkpoint.fingerprint();
    String weights = fingerprint + " " + choice.precision().label();
    var queue = new EncoderQueue(name, tower, weights, limits, cache);
    return new ServedModel(name, fingerprint, queue);
  }

  @Override
  public List<BindableService> services() {
    return List.of(service);
  }

  /** Encodes what is queued, for at most the drain limit, then frees the models. */
  @Override
  public void close() {
    metrics.close();
    close(models, device);
  }

  private static void close(Map<String, ServedModel> models, Device device) {
    models.values().forEach(model -> model.queue().close());
    device.close();
  }
}
