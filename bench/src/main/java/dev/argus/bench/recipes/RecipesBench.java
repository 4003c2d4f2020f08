package dev.argus.bench.recipes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Asks the servers of all steps in turns: in each turn every step answers the same question, the
 * next turn's is about another picture.
 *
 * @param steps in the order of asking
 * @param warmUps turns that do not count, the first ones
 * @param runs turns that count
 * @param afterEach told after each step of each turn
 */
record RecipesBench(
    Subject subject,
    List<Step> steps,
    Questions questions,
    int warmUps,
    int runs,
    Runnable afterEach) {

  /** The answers of each step, one for each turn that counts. */
  Map<Step, List<Sample>> run() {
    Map<Step, List<Sample>> samples = new LinkedHashMap<>();
    steps.forEach(step -> samples.put(step, new ArrayList<>()));
    try (Stages stages = new Stages(subject)) {
      for (int turn = 0; turn < warmUps + runs; turn++) {
        for (Step step : steps) {
          Sample sample = ask(stages, step, turn);
          if (turn >= warmUps) {
            Objects.requireNonNull(samples.get(step)).add(sample);
          }
          afterEach.run();
        }
      }
    }
    return samples;
  }

  private Sample ask(Stages stages, Step step, int turn) {
    boolean loaded = stages.prepare(step);
    try (Desk desk = stages.open(step)) {
      desk.ask(Questions.small());
      if (loaded) {
        desk.ask(questions.first(turn));
      }
      if (step.warm()) {
        desk.ask(questions.of(turn));
      }
      return desk.ask(questions.of(turn));
    }
  }
}
