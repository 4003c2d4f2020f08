package dev.argus.bench.serve.load;

import java.io.IOException;
import java.util.List;

/**
 * What became of the requests of one pace.
 *
 * @param seconds from the begin of the first to the end of the last
 * @param outcomes in the order in which they ended
 * @param wholly whether all requests were sent and none given up
 */
public record Run(Pace pace, double seconds, List<Outcome> outcomes, boolean wholly) {
  public Run {
    outcomes = List.copyOf(outcomes);
  }

  /** The requests that were answered. */
  public List<Outcome.Answered> answered() {
    return outcomes.stream()
        .filter(Outcome.Answered.class::isInstance)
        .map(Outcome.Answered.class::cast)
        .toList();
  }

  /**
   * Stops where a request was not answered: then the others say nothing.
   *
   * @throws IOException telling of the first
   */
  public void requireAnswers() throws IOException {
    if (!failed().isEmpty()) {
      Outcome.Failed first = failed().getFirst();
      throw new IOException(
          "%d of %d requests failed, the first with %s: %s"
              .formatted(failed().size(), outcomes.size(), first.kind(), first.message()));
    }
  }

  /** The requests that failed. */
  public List<Outcome.Failed> failed() {
    return outcomes.stream()
        .filter(Outcome.Failed.class::isInstance)
        .map(Outcome.Failed.class::cast)
        .toList();
  }
}
