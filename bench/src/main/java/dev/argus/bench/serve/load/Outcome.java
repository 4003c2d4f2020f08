package dev.argus.bench.serve.load;

import java.util.Map;
import java.util.OptionalDouble;

/** What became of a request. */
public sealed interface Outcome {

  /**
   * It was answered.
   *
   * @param promptTokens 0 where the server does not tell
   * @param outputTokens as the server tells, or else the number of pieces
   * @param stageMillis where the server says its time went; empty where it does not
   */
  record Answered(
      Timing timing, int promptTokens, int outputTokens, Map<String, Double> stageMillis)
      implements Outcome {

    /** Time for each token after the first; empty where there is none. */
    public OptionalDouble tpotMillis() {
      return outputTokens > 1
          ? OptionalDouble.of((timing.endToEndMillis() - timing.ttftMillis()) / (outputTokens - 1))
          : OptionalDouble.empty();
    }
  }

  /**
   * It was not, or not wholly.
   *
   * @param kind what failures are counted by
   * @param message what was said, such as by the server
   */
  record Failed(String kind, String message) implements Outcome {}

  /** It was given up, because the run was. */
  record GivenUp() implements Outcome {}
}
