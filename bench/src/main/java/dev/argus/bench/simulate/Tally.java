package dev.argus.bench.simulate;

import dev.argus.bench.serve.report.Metric;
import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.simulate.model.Request;
import java.util.Map;

/** Counts what became of requests. */
final class Tally {
  private final Objective objective;
  private final Quantiles ttft = new Quantiles();
  private final Quantiles tpot = new Quantiles();
  private long refused;
  private long good;

  Tally(Objective objective) {
    this.objective = objective;
  }

  void add(Request request) {
    if (!request.isFinished()) {
      refused++;
      return;
    }
    ttft.add(request.ttft());
    if (request.question().outputTokens() > 1) {
      tpot.add(request.tpot());
    }
    good += isGood(request) ? 1 : 0;
  }

  long finished() {
    return ttft.count();
  }

  long refused() {
    return refused;
  }

  /** Answers that were good enough. */
  long good() {
    return good;
  }

  Quantiles ttft() {
    return ttft;
  }

  Quantiles tpot() {
    return tpot;
  }

  private boolean isGood(Request request) {
    for (Map.Entry<Metric, Double> limit : objective.limits().entrySet()) {
      double seconds =
          switch (limit.getKey()) {
            case TTFT -> request.ttft();
            case TPOT, ITL -> request.tpot();
            case E2EL -> request.endToEnd();
          };
      if (1000 * seconds > limit.getValue()) {
        return false;
      }
    }
    return true;
  }
}
