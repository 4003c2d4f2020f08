package dev.argus.preprocess;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.preprocess.grpc.PreprocessMetrics;
import dev.argus.preprocess.grpc.PreprocessRpc;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The preprocessing service: pictures and chat in, prompt layouts and tiles out. CPU only. */
public final class PreprocessStage implements StageService {
  private static final Logger LOG = LoggerFactory.getLogger(PreprocessStage.class);

  private final Preprocessor preprocessor;
  private final PreprocessMetrics metrics;
  private final PreprocessRpc rpc;

  private PreprocessStage(Preprocessor preprocessor, PreprocessMetrics metrics, PreprocessRpc rpc) {
    this.preprocessor = preprocessor;
    this.metrics = metrics;
    this.rpc = rpc;
  }

  /**
   * Opens the checkpoints and starts the threads.
   *
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken
   */
  public static PreprocessStage open(PreprocessSettings settings, Telemetry telemetry) {
    return open(settings, telemetry, new Checkpoints());
  }

  /**
   * As above.
   *
   * @param opener opens the checkpoints, which other stages of this process may use too
   */
  public static PreprocessStage open(
      PreprocessSettings settings, Telemetry telemetry, Checkpoints opener) {
    return open(settings, telemetry, opener, checkpoint -> checkpoint.prompts()::build);
  }

  /**
   * As above, with another way of making prompts; for experiments.
   *
   * @param prompts given a checkpoint, makes the prompt of a conversation, the same as the
   *     checkpoint's own {@link Checkpoint#prompts}; what it gives is thread-safe
   */
  public static PreprocessStage open(
      PreprocessSettings settings,
      Telemetry telemetry,
      Checkpoints opener,
      Function<Checkpoint, Function<List<ChatMessage>, Prompt>> prompts) {
    Map<String, ServedModel> models = new HashMap<>();
    settings
        .models()
        .forEach((name, directory) -> {
          Checkpoint checkpoint = opener.open(directory);
          models.put(
              name, new ServedModel(name, checkpoint.fingerprint(), prompts.apply(checkpoint)));
        });
    Preprocessor preprocessor =
        new Preprocessor(settings.limits(), settings.parallelism(), settings.recipes());
    LOG.info(
        "Preprocessing for {} with {} threads; JPEG files are decoded by {}",
        String.join(", ", new TreeSet<>(models.keySet())),
        settings.parallelism().threads(),
        preprocessor.usesTurboJpeg() ? "libjpeg-turbo" : "the JDK");
    PreprocessMetrics metrics = new PreprocessMetrics(telemetry.meter(), preprocessor);
    PreprocessRpc rpc =
        new PreprocessRpc(models, preprocessor, metrics, telemetry.tracer(), settings.stallLimit());
    return new PreprocessStage(preprocessor, metrics, rpc);
  }

  @Override
  public List<BindableService> services() {
    return List.of(rpc);
  }

  @Override
  public void close() {
    preprocessor.close();
    metrics.close();
  }
}
