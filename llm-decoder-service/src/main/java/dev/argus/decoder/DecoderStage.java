package dev.argus.decoder;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.prompt.Detokenizer;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.checkpoint.tuning.Hardware;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.PromptRules;
import dev.argus.decoder.core.grammar.Grammars;
import dev.argus.decoder.core.grammar.Vocabulary;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.decoder.core.text.TextDecoder;
import dev.argus.decoder.engine.LanguageModels;
import dev.argus.decoder.grpc.DecodeRpc;
import dev.argus.decoder.grpc.DecoderMetrics;
import dev.argus.decoder.grpc.ServedModel;
import dev.argus.runtime.Device;
import dev.argus.runtime.DeviceName;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The LLM decoder service: prompt layouts and visual tokens in, tokens out. */
public final class DecoderStage implements StageService {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderStage.class);

  private final DecodeRpc rpc;

  /** What to close, the last opened first. */
  private final Deque<Runnable> resources;

  private DecoderStage(DecodeRpc rpc, Deque<Runnable> resources) {
    this.rpc = rpc;
    this.resources = resources;
  }

  /**
   * Opens the models, building graphs that are not there yet, and starts their loops.
   *
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken, or the KV caches would
   *     take more memory than allowed
   */
  public static DecoderStage open(DecoderSettings settings, Telemetry telemetry) {
    return open(settings, telemetry, BuildProgress.SILENT, new Checkpoints());
  }

  /**
   * As above.
   *
   * @param progress hears of the building of graphs
   * @param opener opens the checkpoints, which other stages of this process may use too
   */
  public static DecoderStage open(
      DecoderSettings settings, Telemetry telemetry, BuildProgress progress, Checkpoints opener) {
    Map<String, Checkpoint> checkpoints = new TreeMap<>();
    settings.models().forEach((name, path) -> checkpoints.put(name, opener.open(path)));
    Deque<Runnable> resources = new ArrayDeque<>();
    try {
      return open(checkpoints, settings, telemetry, progress, resources);
    } catch (RuntimeException e) {
      resources.forEach(Runnable::run);
      throw e;
    }
  }

  private static DecoderStage open(
      Map<String, Checkpoint> checkpoints,
      DecoderSettings settings,
      Telemetry telemetry,
      BuildProgress progress,
      Deque<Runnable> resources) {
    DeviceName where = Device.resolve(settings.device());
    Map<String, Choice> choices = DecoderChoices.of(checkpoints, settings, hardware(where));
    KvMemory.check(checkpoints, choices, settings);
    int threads = choices.values().stream().mapToInt(Choice::threads).max().orElseThrow();
    Device device = Device.open(where, threads, settings.recording());
    resources.push(device::close);
    Map<String, ServedModel> models = new HashMap<>();
    choices.forEach((name, choice) -> {
      Checkpoint checkpoint = Objects.requireNonNull(checkpoints.get(name));
      Precision precision = choice.precision();
      KvMemory cache = KvMemory.of(name, checkpoint, precision, settings);
      LanguageModel model =
          LanguageModels.open(
              checkpoint, precision, device, cache.slots(), cache.slotCapacity(), progress);
      DecoderMetrics metrics = new DecoderMetrics(telemetry.meter(), name);
      DecoderLoop loop = DecoderLoop.start(name, model, settings.limits(), metrics);
      resources.push(loop::close);
      models.put(name, served(name, checkpoint, model, loop, metrics));
      LOG.info(
          "Serving {} at {} on {}; KV cache: {}",
          name,
          precision.label(),
          device.description(),
          cache);
    });
    return new DecoderStage(
        new DecodeRpc(
            models,
            telemetry.tracer(),
            new SecureRandom()::nextLong,
            settings.limits().readerStall()),
        resources);
  }

  private static Hardware hardware(DeviceName where) {
    return switch (where) {
      case DeviceName.Cuda _ -> new Hardware.Gpu();
      case DeviceName.Cpu _, DeviceName.Auto _ -> new Hardware.Processor(Device.machine());
    };
  }

  private static ServedModel served(
      String name,
      Checkpoint checkpoint,
      LanguageModel model,
      DecoderLoop loop,
      DecoderMetrics metrics) {
    ModelConfig config = checkpoint.config();
    Tokenizer tokenizer = checkpoint.tokenizer();
    RegionDialect regions = RegionDialect.of(config, tokenizer);
    return new ServedModel(
        name,
        checkpoint.fingerprint(),
        config.text().hiddenSize(),
        config.endOfSequenceIds(),
        new PromptRules(model.slotCapacity(), model.vocabularySize(), config.imageTokenId()),
        tokenizer::bytes,
        () -> text(tokenizer.detokenizer()),
        new Grammars(
            new Vocabulary(
                model.vocabularySize(),
                tokenizer::bytes,
                regions.markers(),
                config.endOfSequenceIds()),
            regions.grammar(),
            System::nanoTime,
            metrics),
        regions,
        loop);
  }

  private static TextDecoder text(Detokenizer detokenizer) {
    return new TextDecoder() {
      @Override
      public String append(int id) {
        return detokenizer.append(id);
      }

      @Override
      public String finish() {
        return detokenizer.finish();
      }
    };
  }

  @Override
  public List<BindableService> services() {
    return List.of(rpc);
  }

  @Override
  public void close() {
    resources.forEach(Runnable::run);
  }
}
