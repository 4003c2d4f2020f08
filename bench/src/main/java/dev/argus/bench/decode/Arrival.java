package dev.argus.bench.decode;

import dev.argus.decoder.core.SchedulerObserver.Step;
import java.util.List;

/**
 * What running streams felt of a long prompt that arrived.
 *
 * @param stepMillis median time of the running streams' decode step
 * @param chunkMillis median time of the prompt's chunks
 * @param largestGapMillis longest time from one token of a stream to its next while the prompt was
 *     read
 * @param firstTokenMillis until the prompt had its first token
 * @param iterations that read the prompt, in order
 */
record Arrival(
    double stepMillis,
    double chunkMillis,
    double largestGapMillis,
    double firstTokenMillis,
    List<Step> iterations) {

  /** Under which the largest gap should be: three decode steps and one chunk. */
  double targetMillis() {
    return 3 * stepMillis + chunkMillis;
  }

  /**
   * The longest gap in a stretch of time.
   *
   * @param tokenNanos for each stream when its tokens came
   */
  static double largestGap(List<List<Long>> tokenNanos, long from, long to) {
    long largest = 0;
    for (List<Long> times : tokenNanos) {
      for (int i = 1; i < times.size(); i++) {
        if (times.get(i) >= from && times.get(i - 1) <= to) {
          largest = Math.max(largest, times.get(i) - times.get(i - 1));
        }
      }
    }
    return largest / 1e6;
  }
}
