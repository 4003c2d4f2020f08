package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Breakdown;
import dev.argus.bench.measure.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code argus bench recipes} found.
 *
 * @param model the checkpoint's directory
 * @param machine what it ran on
 * @param threads of one run of a model
 * @param precision that of the precision recipe
 * @param tiles of a picture
 * @param tileSide edge of a tile in pixels
 * @param promptTokens of a question
 * @param outputTokens of an answer
 * @param runs questions for each step
 * @param gpuMs the models' share of a time at GPU speed
 * @param gpuSource where it is from
 * @param foreignLoad share of the processors that others took; null where it is not known
 * @param steps in order
 */
record RecipesReport(
    String model,
    String machine,
    int threads,
    String precision,
    int tiles,
    int tileSide,
    int promptTokens,
    int outputTokens,
    int runs,
    double gpuMs,
    String gpuSource,
    @Nullable Double foreignLoad,
    List<StepFigures> steps) {

  /** The figures of all steps. */
  static List<StepFigures> figures(Map<Step, List<Sample>> samples, GpuSpeed gpu) {
    List<StepFigures> figures = new ArrayList<>();
    List<Sample> first = samples.values().iterator().next();
    List<Sample> reference = first;
    boolean precisionChanged = false;
    double models = 0;
    for (Map.Entry<Step, List<Sample>> entry : samples.entrySet()) {
      Step step = entry.getKey();
      Breakdown typical = StepFigures.typical(entry.getValue()).breakdown();
      if (!step.warm()) {
        models = typical.models();
      }
      boolean changesPrecision = step.has(Recipe.PRECISION) && !precisionChanged;
      figures.add(
          figures(
              step,
              entry.getValue(),
              first,
              reference,
              !changesPrecision,
              gpu,
              models == 0 ? 1 : Math.min(1, typical.models() / models)));
      if (changesPrecision) {
        reference = entry.getValue();
        precisionChanged = true;
      }
    }
    return figures;
  }

  private static StepFigures figures(
      Step step,
      List<Sample> samples,
      List<Sample> first,
      List<Sample> reference,
      boolean exact,
      GpuSpeed gpu,
      double work) {
    Samples ttft = StepFigures.ttft(samples);
    Sample typical = StepFigures.typical(samples);
    boolean oneAfterAnother = !step.has(Recipe.OVERLAP);
    return new StepFigures(
        step.label(),
        step.warm(),
        ttft.median(),
        ttft.quantile(0.1),
        ttft.quantile(0.9),
        1 - ttft.median() / StepFigures.ttft(first).median(),
        typical.breakdown().millis(),
        oneAfterAnother || step.warm() ? gpu.parts(typical, step.warm() ? work : 1) : null,
        new Samples(samples.stream().map(Sample::tokensPerSecond).toList()).median(),
        exact,
        agreement(samples, reference),
        samples.stream().map(Sample::ttftMs).toList());
  }

  /** The share of tokens that are the same in both. */
  static double agreement(List<Sample> samples, List<Sample> reference) {
    int same = 0;
    int all = 0;
    for (int turn = 0; turn < samples.size(); turn++) {
      List<Integer> tokens = samples.get(turn).tokens();
      List<Integer> expected = reference.get(turn).tokens();
      all += Math.max(tokens.size(), expected.size());
      for (int i = 0; i < Math.min(tokens.size(), expected.size()); i++) {
        same += Objects.equals(tokens.get(i), expected.get(i)) ? 1 : 0;
      }
    }
    return (double) same / all;
  }

  /** Whether all answers are as they must be. */
  boolean exact() {
    return steps.stream().allMatch(StepFigures::kept);
  }
}
