package dev.argus.bench.decode;

import java.util.List;

/**
 * What one number of streams reached while all of them were generating.
 *
 * @param streams how many
 * @param steps decode steps that were measured
 * @param tokensPerSecond of all streams together
 * @param stepMillis mean time of a step
 * @param overheadShare of the time, what passed outside the model's runs
 */
public record Throughput(
    int streams, int steps, double tokensPerSecond, double stepMillis, double overheadShare) {

  /**
   * Of the iterations in which all streams and nothing else ran, those that follow one another.
   *
   * @throws IllegalStateException if there are fewer than two
   */
  static Throughput of(int streams, List<StepLog.Entry> log) {
    long wall = 0;
    long run = 0;
    int steps = 0;
    for (int i = 1; i < log.size(); i++) {
      if (whole(log.get(i - 1), streams) && whole(log.get(i), streams)) {
        wall += log.get(i).endNanos() - log.get(i - 1).endNanos();
        run += log.get(i).runNanos() - log.get(i - 1).runNanos();
        steps++;
      }
    }
    if (steps == 0) {
      throw new IllegalStateException("the streams never ran together: generate more tokens");
    }
    return new Throughput(
        streams,
        steps,
        (double) steps * streams / wall * 1e9,
        wall / 1e6 / steps,
        (double) (wall - run) / wall);
  }

  private static boolean whole(StepLog.Entry entry, int streams) {
    return entry.step().decodeRows() == streams && entry.step().prefillTokens() == 0;
  }
}
