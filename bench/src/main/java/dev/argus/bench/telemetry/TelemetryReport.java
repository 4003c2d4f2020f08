package dev.argus.bench.telemetry;

import dev.argus.bench.measure.Samples;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * What was measured.
 *
 * @param model the checkpoint's directory name
 * @param machine what it ran on
 * @param on turns with traces and metrics, one of each pair
 * @param off turns without, in the same order
 * @param exports messages that were exported in all turns, those that do not count included
 * @param exportedBytes what they were in all
 */
record TelemetryReport(
    String model, String machine, List<Turn> on, List<Turn> off, long exports, long exportedBytes) {

  /**
   * What one turn came to.
   *
   * @param processorMillis of this process, for each request
   */
  record Turn(double requestsPerSecond, double processorMillis) {}

  /** The share of throughput that telemetry costs, of each pair of turns; may be below 0. */
  Samples throughputCost() {
    return pairs((with, without) -> 1 - with.requestsPerSecond() / without.requestsPerSecond());
  }

  /** How much more processor time it takes, as a share, of each pair of turns; may be below 0. */
  Samples processorCost() {
    return pairs((with, without) -> with.processorMillis() / without.processorMillis() - 1);
  }

  private Samples pairs(ToDoubleBiFunction<Turn, Turn> cost) {
    return new Samples(
        IntStream.range(0, on.size())
            .mapToObj(pair -> cost.applyAsDouble(on.get(pair), off.get(pair)))
            .toList());
  }
}
