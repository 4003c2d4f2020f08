package dev.argus.bench.growth;

import dev.argus.bench.breakdown.Breakdown;
import dev.argus.v1.Completion;
import dev.argus.v1.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One question, asked several times.
 *
 * @param x how much there was of what grows
 * @param tiles of all pictures
 * @param promptTokens visual ones included
 * @param medianMs time to first token; the later one of two in the middle
 * @param allMs every one of them, ascending
 * @param parts what the median one went to
 */
record Point(
    int x,
    int tiles,
    int promptTokens,
    double medianMs,
    List<Double> allMs,
    Map<Part, Double> parts) {

  /** From the answers. */
  static Point of(Axis axis, List<Completion> answers) {
    List<Completion> sorted =
        answers.stream().sorted(Comparator.comparingDouble(Point::ttftMs)).toList();
    Completion typical = sorted.get(sorted.size() / 2);
    Usage usage = typical.getUsage();
    return new Point(
        axis.of(usage),
        usage.getTiles(),
        usage.getPromptTokens(),
        ttftMs(typical),
        sorted.stream().map(Point::ttftMs).toList(),
        Part.of(Breakdown.of(typical.getAnatomy(), 0)));
  }

  private static double ttftMs(Completion answer) {
    return answer.getAnatomy().getTtftMs();
  }

  /** Milliseconds of a part. */
  double of(Part part) {
    return parts.getOrDefault(part, 0.0);
  }
}
