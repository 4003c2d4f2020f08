package dev.argus.encoder;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.EncoderQueue;
import dev.argus.encoder.core.ServedModel;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.encoder.grpc.EncodeService;
import dev.argus.encoder.grpc.EncoderMetrics;
import dev.argus.runtime.Device;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The vision encoder service: tiles in, compressed visual tokens out. */
public final class EncoderStage implements StageService {
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
    return open(settings, telemetry, BuildProgress.SILENT);
  }

  /** As above, and tells how the building goes. */
  public static EncoderStage open(
      EncoderSettings settings, Telemetry telemetry, BuildProgress progress) {
    Device device = Device.cpu(settings.threads());
    Map<String, ServedModel> models = new TreeMap<>();
    try {
      settings
          .models()
          .forEach((name, directory) ->
              models.put(
                  name, model(name, Checkpoint.open(directory), settings, device, progress)));
    } catch (RuntimeException e) {
      close(models, device);
      throw e;
    }
    EncoderMetrics metrics = new EncoderMetrics(telemetry.meter(), models.values());
    EncodeService service =
        new EncodeService(models, telemetry, metrics, settings.streams(), settings.windowTiles());
    return new EncoderStage(models, device, metrics, service);
  }

  private static ServedModel model(
      String name,
      Checkpoint checkpoint,
      EncoderSettings settings,
      Device device,
      BuildProgress progress) {
    String fingerprint = checkpoint.fingerprint();
    Precision precision = settings.precision().orElse(Precision.FP32);
    int maxBatch = settings.maxBatch();
    Optional<HubGraphs> export = HubGraphs.of(checkpoint);
    OnnxVisionTower tower =
        export.isPresent()
            ? OnnxVisionTower.openExport(
                checkpoint.config(), export.get().visionEncoder(precision), device, maxBatch)
            : OnnxVisionTower.open(checkpoint, precision, device, maxBatch, progress);
    return new ServedModel(name, fingerprint, new EncoderQueue(name, tower, settings.limits()));
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
