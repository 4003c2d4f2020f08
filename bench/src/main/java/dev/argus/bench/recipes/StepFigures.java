package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Segment;
import dev.argus.bench.measure.Samples;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step came to.
 *
 * @param step its label
 * @param warm whether the picture had been asked about before
 * @param medianMs time to first token
 * @param p10Ms a tenth of the questions took no longer
 * @param p90Ms nine tenths of the questions took no longer
 * @param cut what the median is less than the default's, as a share of it
 * @param byStage milliseconds of the question of median length
 * @param atGpuSpeed the same, with models as fast as a GPU; null where the step changes nothing but
 *     what models do, or when
 * @param tokensPerSecond of decoding, the median
 * @param exact whether the answers must be those of the step that {@code agreement} is with
 * @param agreement share of all tokens that are the same, place by place: with the default's
 *     answers or, where precision is on, with those of the step that began it; of that step with
 *     the default's
 * @param ttftMs all of them, in the order of measuring
 */
record StepFigures(
    String step,
    boolean warm,
    double medianMs,
    double p10Ms,
    double p90Ms,
    double cut,
    Map<Segment, Double> byStage,
    @Nullable Map<Segment, Double> atGpuSpeed,
    double tokensPerSecond,
    boolean exact,
    double agreement,
    List<Double> ttftMs) {

  /** Whether answers are as they must be. */
  boolean kept() {
    return !exact || agreement == 1;
  }

  /** The time to first token with models as fast as a GPU; 0 where it is not told. */
  double gpuTotalMs() {
    return atGpuSpeed == null
        ? 0
        : atGpuSpeed.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The middle one by time to first token. */
  static Sample typical(List<Sample> samples) {
    return samples.stream()
        .sorted(Comparator.comparingDouble(Sample::ttftMs))
        .toList()
        .get(samples.size() / 2);
  }

  /** Times to first token. */
  static Samples ttft(List<Sample> samples) {
    return new Samples(samples.stream().map(Sample::ttftMs).toList());
  }
}
