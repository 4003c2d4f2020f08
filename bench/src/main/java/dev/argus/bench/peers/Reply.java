package dev.argus.bench.peers;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer, by the clock of who asked.
 *
 * @param ttftMs from the question to the first token
 * @param totalMs from the question to the last token
 * @param tokens ids
 */
record Reply(double ttftMs, double totalMs, List<Integer> tokens) {

  /** Of the tokens after the first. */
  double tokensPerSecond() {
    return (tokens.size() - 1) * 1000 / (totalMs - ttftMs);
  }

  /** Takes the tokens as they come. Used by one thread. */
  static final class Stopwatch {
    private final long start;
    private final List<Integer> tokens = new ArrayList<>();
    private double firstMillis;
    private double lastMillis;

    /**
     * @param startNanos when the question was asked, by {@link System#nanoTime}
     */
    Stopwatch(long startNanos) {
      this.start = startNanos;
    }

    void take(List<Integer> ids) {
      if (ids.isEmpty()) {
        return;
      }
      lastMillis = (System.nanoTime() - start) / 1e6;
      if (tokens.isEmpty()) {
        firstMillis = lastMillis;
      }
      tokens.addAll(ids);
    }

    Reply reply() {
      return new Reply(firstMillis, lastMillis, List.copyOf(tokens));
    }
  }
}
