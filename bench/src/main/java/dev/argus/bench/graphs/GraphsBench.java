package dev.argus.bench.graphs;

import dev.argus.base.failure.ModelFault;
import dev.argus.bench.measure.CountedDevice;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.measure.Turns;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.encoder.core.VisionTower;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures all graphs of a checkpoint, the vision towers first, then the language models, so that
 * no more is in memory than is measured.
 */
final class GraphsBench {
  private static final int WARM_UPS = 1;

  private final Checkpoint checkpoint;
  private final CountedDevice device;
  private final List<Contender> contenders;
  private final GraphsPlan plan;
  private final Runnable afterEach;
  private final List<Loading> loading = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final List<StepBytes> stepBytes = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private GraphsBench(
      Checkpoint checkpoint,
      CountedDevice device,
      List<Contender> contenders,
      GraphsPlan plan,
      Runnable afterEach) {
    this.checkpoint = checkpoint;
    this.device = device;
    this.contenders = contenders;
    this.plan = plan;
    this.afterEach = afterEach;
  }

  /**
   * Measures.
   *
   * @param afterEach told {@link #turns} times
   */
  static GraphsReport run(
      Checkpoint checkpoint,
      CountedDevice device,
      List<Contender> contenders,
      GraphsPlan plan,
      Runnable afterEach) {
    return new GraphsBench(checkpoint, device, contenders, plan, afterEach).run();
  }

  /** How often {@code afterEach} is told, if no contender is refused. */
  static int turns(List<Contender> contenders, GraphsPlan plan) {
    long built = contenders.stream().filter(c -> c instanceof Contender.Built).count();
    int candidates = 3 * contenders.size() + Math.toIntExact(built) * plan.batches().size();
    return candidates * (WARM_UPS + plan.runs());
  }

  private GraphsReport run() {
    language(vision());
    return new GraphsReport(
        checkpoint.directory().getFileName().toString(),
        Machine.description(),
        device.description(),
        plan.threads(),
        loading,
        sections,
        stepBytes,
        refused);
  }

  /** Returns the features of a tile. */
  private ByteBuffer vision() {
    List<Opened<VisionTower>> towers = new ArrayList<>();
    try {
      towers.addAll(Opened.all(contenders, c -> c.openTower(checkpoint, device), this::refuse));
      note(GraphPart.VISION, towers);
      VisionBench bench = new VisionBench(towers);
      ByteBuffer tile = Workload.tile(checkpoint.config().vision().imageSize());
      sections.add(bench.encode(turns(), tile));
      return bench.features(tile);
    } finally {
      towers.forEach(tower -> tower.model().close());
    }
  }

  private void language(ByteBuffer features) {
    List<Opened<LanguageModel>> models = new ArrayList<>();
    TextConfig config = checkpoint.config().text();
    try {
      models.addAll(
          Opened.all(
              contenders,
              c -> c.openModel(checkpoint, device, slots(c), capacity()),
              this::refuse));
      note(GraphPart.DECODER, models);
      Workload work =
          new Workload(
              plan.promptTokens(), plan.context(), config.vocabularySize(), config.hiddenSize());
      LanguageBench bench = new LanguageBench(models, work, features);
      sections.add(bench.prefill(turns()));
      sections.add(bench.decode(turns(), plan.steps()));
      stepBytes.addAll(bench.stepBytes(device::bytes, lastPosition()));
      if (models.stream().anyMatch(model -> model.contender() instanceof Contender.Built)) {
        sections.add(bench.decodeTogether(turns(), plan.steps(), plan.batches()));
      }
    } finally {
      models.forEach(model -> model.model().close());
    }
  }

  private Turns turns() {
    return new Turns(WARM_UPS, plan.runs(), afterEach);
  }

  private int slots(Contender contender) {
    return switch (contender) {
      case Contender.Naive _ -> 1;
      case Contender.Built _ -> Collections.max(plan.batches());
    };
  }

  private int capacity() {
    return lastPosition() + 1;
  }

  /** The one after those that are decoded for their time. */
  private int lastPosition() {
    return plan.context() + (WARM_UPS + plan.runs()) * plan.steps();
  }

  private <T extends AutoCloseable> void note(GraphPart part, List<Opened<T>> opened) {
    for (Opened<T> each : opened) {
      Contender contender = each.contender();
      loading.add(
          new Loading(
              contender.label(),
              part.label(),
              contender.bytes(checkpoint, part, device),
              each.loadMillis()));
    }
    if (opened.isEmpty()) {
      throw new ModelFault("there is nothing to measure: " + String.join("; ", refused), null);
    }
  }

  private void refuse(Contender contender, ModelFault why) {
    refused.add(contender.label() + ": " + why.getMessage());
  }
}
