package dev.argus.bench.tune;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Turns;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.cli.selftest.EncodedPrompt;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.decoder.engine.OnnxLanguageModel;
import dev.argus.runtime.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries ways to run the language model: each precision first, then numbers of threads for the best
 * of them. Time is that of a whole answer: reading the first question's prompt, and generating.
 *
 * <p>A precision passes if, reading what fp32 answers, it would have said the same next token often
 * enough. What it says itself is not compared: one other token at the beginning makes all that
 * follows another answer, which need not be worse.
 */
final class DecoderTuning {
  private final Checkpoint checkpoint;
  private final TunePlan plan;
  private final List<EncodedPrompt> prompts;
  private final BuildProgress progress;
  private final Runnable afterEach;

  /**
   * @param prompts with features at fp32; the first is timed
   * @param afterEach told after each measurement
   */
  DecoderTuning(
      Checkpoint checkpoint,
      TunePlan plan,
      List<EncodedPrompt> prompts,
      BuildProgress progress,
      Runnable afterEach) {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.prompts = prompts;
    this.progress = progress;
    this.afterEach = afterEach;
  }

  /** A way that is ready to be measured. */
  private record Candidate(Choice choice, Device device, OnnxLanguageModel model)
      implements AutoCloseable {
    @Override
    public void close() {
      model.close();
      device.close();
    }
  }

  /** Measures. */
  Trials run() {
    List<List<Integer>> answers = answers();
    Map<Precision, Double> fidelities = new LinkedHashMap<>();
    List<Choice> precisions =
        plan.precisions().stream()
            .map(precision -> new Choice(precision, plan.threads().getFirst(), 1))
            .toList();
    List<Trial> all = new ArrayList<>(measure(precisions, answers, fidelities));
    Choice best = trials(all).best().choice();
    if (plan.threads().size() > 1) {
      all.removeIf(trial -> trial.choice().equals(best)); // Measured again, beside the others.
      List<Choice> threads =
          plan.threads().stream().map(count -> new Choice(best.precision(), count, 1)).toList();
      all.addAll(measure(threads, answers, fidelities));
    }
    return trials(all);
  }

  private Trials trials(List<Trial> all) {
    return new Trials("decoder", "answer", "tokens as at fp32", plan.leastTokens(), all);
  }

  private List<Trial> measure(
      List<Choice> choices, List<List<Integer>> answers, Map<Precision, Double> fidelities) {
    List<Candidate> candidates = new ArrayList<>();
    try {
      choices.forEach(choice -> candidates.add(open(choice)));
      for (Candidate candidate : candidates) {
        fidelities.computeIfAbsent(
            candidate.choice().precision(), _ -> fidelity(candidate.model(), answers));
      }
      Map<Candidate, Samples> samples =
          new Turns(1, plan.runs(), afterEach)
              .measure(candidates, 1, candidate -> answer(candidate.model(), prompts.getFirst()));
      List<Trial> trials = new ArrayList<>();
      samples.forEach((candidate, times) -> {
        double fidelity = fidelities.getOrDefault(candidate.choice().precision(), 0.0);
        trials.add(
            new Trial(
                candidate.choice(),
                times.median(),
                times.quantile(0.9),
                fidelity,
                plan.passes(candidate.choice().precision(), fidelity, plan.leastTokens())));
      });
      return trials;
    } finally {
      candidates.forEach(Candidate::close);
    }
  }

  private Candidate open(Choice choice) {
    Device device = Device.cpu(choice.threads());
    try {
      int longest = prompts.stream().mapToInt(EncodedPrompt::length).max().orElseThrow();
      int capacity =
          Math.min(checkpoint.config().text().contextLength(), longest + plan.answerTokens());
      return new Candidate(
          choice,
          device,
          OnnxLanguageModel.open(checkpoint, choice.precision(), device, 1, capacity, progress));
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** What fp32 answers. */
  private List<List<Integer>> answers() {
    try (Candidate reference = open(new Choice(Precision.FP32, plan.threads().getFirst(), 1))) {
      return prompts.stream().map(prompt -> answer(reference.model(), prompt)).toList();
    }
  }

  private List<Integer> answer(OnnxLanguageModel model, EncodedPrompt prompt) {
    float[] logits = prompt.read(model, 0, SchedulerLimits.DEFAULT.prefillChunk());
    return prompt.continued(model, 0, logits, plan.answerTokens());
  }

  /** The share of the answers' tokens that this model would have said in their places. */
  private double fidelity(OnnxLanguageModel model, List<List<Integer>> answers) {
    int same = 0;
    int all = 0;
    for (int i = 0; i < answers.size(); i++) {
      EncodedPrompt prompt = prompts.get(i);
      float[] logits = prompt.read(model, 0, SchedulerLimits.DEFAULT.prefillChunk());
      int position = prompt.length();
      for (int token : answers.get(i)) {
        same += EncodedPrompt.likeliest(logits) == token ? 1 : 0;
        all++;
        model.decode(List.of(new DecodeToken(0, position++, token)), new float[][] {logits});
      }
    }
    return (double) same / all;
  }
}
