package dev.argus.bench.serve.load;

import java.util.ArrayList;
import java.util.List;

/**
 * When things happened to a request, in nanoseconds after the begin of its run.
 *
 * @param intended when it was to be sent. All latencies count from here, so that a request that had
 *     to wait for its turn at the client is as late as its user would find it (otherwise slow
 *     moments of a server hide themselves: coordinated omission)
 * @param sent when it was sent
 * @param heard when pieces of its answer came, ascending; at least one
 * @param end when its answer had ended
 */
public record Timing(long intended, long sent, List<Long> heard, long end) {
  private static final double NANOS_PER_MILLI = 1e6;

  public Timing {
    if (heard.isEmpty()) {
      throw new IllegalArgumentException("nothing was heard");
    }
    heard = List.copyOf(heard);
  }

  /** To the first piece of the answer. */
  public double ttftMillis() {
    return (heard.getFirst() - intended) / NANOS_PER_MILLI;
  }

  /** To the end of the answer. */
  public double endToEndMillis() {
    return (end - intended) / NANOS_PER_MILLI;
  }

  /** Between two pieces of the answer. */
  public List<Double> gapsMillis() {
    List<Double> gaps = new ArrayList<>();
    for (int i = 1; i < heard.size(); i++) {
      gaps.add((heard.get(i) - heard.get(i - 1)) / NANOS_PER_MILLI);
    }
    return gaps;
  }

  /** How late it was sent. */
  public double lagMillis() {
    return (sent - intended) / NANOS_PER_MILLI;
  }
}
