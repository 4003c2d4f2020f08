package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Breakdown;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Completion;
import dev.argus.v1.Usage;
import java.util.List;

/**
 * One answered question.
 *
 * @param ttftMs from the gateway's receipt to the first token
 * @param tokensPerSecond of the tokens after the first
 * @param breakdown of the time to first token
 * @param preprocessing as {@link Breakdown#ofPreprocessing} has it, and making float32
 * @param usage what the server counted
 * @param tokens ids of the answer
 */
record Sample(
    double ttftMs,
    double tokensPerSecond,
    Breakdown breakdown,
    Breakdown preprocessing,
    Usage usage,
    List<Integer> tokens) {

  /**
   * Reads what the server told.
   *
   * @param tensorMillis how much of the encoder's time went into making float32
   */
  static Sample of(Completion completion, double tensorMillis, List<Integer> tokens) {
    Anatomy anatomy = completion.getAnatomy();
    double ttft = anatomy.getTtftMs();
    return new Sample(
        ttft,
        (tokens.size() - 1) * 1000 / (anatomy.getTotalMs() - ttft),
        Breakdown.of(anatomy, tensorMillis),
        Breakdown.ofPreprocessing(anatomy),
        completion.getUsage(),
        List.copyOf(tokens));
  }
}
