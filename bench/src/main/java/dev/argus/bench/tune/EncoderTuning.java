package dev.argus.bench.tune;

import dev.argus.bench.measure.Distance;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Turns;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.runtime.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries ways to encode tiles: each precision first, then numbers of threads and of tiles at once
 * for the best of them. Time is that of a tile.
 */
final class EncoderTuning {
  private final Checkpoint checkpoint;
  private final TunePlan plan;
  private final List<ByteBuffer> tiles;
  private final BuildProgress progress;
  private final Runnable afterEach;

  /**
   * @param tiles what features are compared of; the first are timed
   * @param afterEach told after each measurement
   */
  EncoderTuning(
      Checkpoint checkpoint,
      TunePlan plan,
      List<ByteBuffer> tiles,
      BuildProgress progress,
      Runnable afterEach) {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.tiles = List.copyOf(tiles);
    this.progress = progress;
    this.afterEach = afterEach;
  }

  /** A way that is ready to be measured. */
  private record Candidate(Choice choice, Device device, OnnxVisionTower tower)
      implements AutoCloseable {
    @Override
    public void close() {
      tower.close();
      device.close();
    }
  }

  /** Features at fp32 of all tiles. */
  List<ByteBuffer> reference() {
    try (Candidate reference = open(new Choice(Precision.FP32, plan.threads().getFirst(), 1))) {
      return features(reference.tower());
    }
  }

  /**
   * Measures.
   *
   * @param reference features at fp32
   */
  Trials run(List<ByteBuffer> reference) {
    Map<Precision, Double> fidelities = new LinkedHashMap<>();
    List<Choice> precisions =
        plan.precisions().stream()
            .map(Precision::ofVision)
            .distinct()
            .map(p -> new Choice(p, plan.threads().getFirst(), plan.batches().getFirst()))
            .toList();
    List<Trial> all = new ArrayList<>(measure(precisions, reference, fidelities));
    Choice best = trials(all).best().choice();
    List<Choice> more = new ArrayList<>();
    for (int threads : plan.threads()) {
      for (int batch : plan.batches()) {
        Choice choice = new Choice(best.precision(), threads, batch);
        if (!choice.equals(best)) {
          more.add(choice);
        }
      }
    }
    if (!more.isEmpty()) {
      more.addFirst(best); // Measured again, beside the others: machines get slower and faster.
      all.removeIf(trial -> trial.choice().equals(best));
      all.addAll(measure(more, reference, fidelities));
    }
    return trials(all);
  }

  private Trials trials(List<Trial> all) {
    return new Trials("encoder", "tile", "features as at fp32", plan.leastFeatures(), all);
  }

  private List<Trial> measure(
      List<Choice> choices, List<ByteBuffer> reference, Map<Precision, Double> fidelities) {
    List<Candidate> candidates = new ArrayList<>();
    try {
      for (Choice choice : choices) {
        Candidate candidate = open(choice);
        candidates.add(candidate);
        if (candidate.tower().maxBatch() < choice.maxBatch()) { // It takes one tile only.
          candidates.removeLast().close();
        }
      }
      for (Candidate candidate : candidates) {
        fidelities.computeIfAbsent(
            candidate.choice().precision(), _ -> fidelity(features(candidate.tower()), reference));
      }
      Map<Candidate, Samples> samples =
          new Turns(1, plan.runs(), afterEach)
              .measure(candidates, 1, c -> c.tower().encode(batch(c.choice().maxBatch())));
      List<Trial> trials = new ArrayList<>();
      samples.forEach((candidate, times) -> {
        Choice choice = candidate.choice();
        double fidelity = fidelities.getOrDefault(choice.precision(), 0.0);
        trials.add(
            new Trial(
                choice,
                times.median() / choice.maxBatch(),
                times.quantile(0.9) / choice.maxBatch(),
                fidelity,
                plan.passes(choice.precision(), fidelity, plan.leastFeatures())));
      });
      return trials;
    } finally {
      candidates.forEach(Candidate::close);
    }
  }

  private Candidate open(Choice choice) {
    Device device = Device.cpu(choice.threads());
    try {
      return new Candidate(
          choice,
          device,
          OnnxVisionTower.open(
              checkpoint, choice.precision(), device, choice.maxBatch(), progress));
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private List<ByteBuffer> batch(int size) {
    List<ByteBuffer> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      batch.add(tiles.get(i % tiles.size()));
    }
    return batch;
  }

  private List<ByteBuffer> features(OnnxVisionTower tower) {
    return tiles.stream().map(tile -> tower.encode(List.of(tile)).getFirst()).toList();
  }

  /** 1 less the mean over tiles of the distance to the reference's features, over their length. */
  private static double fidelity(List<ByteBuffer> features, List<ByteBuffer> reference) {
    double sum = 0;
    for (int i = 0; i < reference.size(); i++) {
      sum += Distance.relative(floats(features.get(i)), floats(reference.get(i)));
    }
    return 1 - sum / reference.size();
  }

  private static float[] floats(ByteBuffer features) {
    float[] values = new float[features.remaining() / Float.BYTES];
    features.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
