package dev.argus.bench.tune;

import java.util.Comparator;
import java.util.List;

/**
 * All trials of one part.
 *
 * @param part what it is called
 * @param unit what a trial's time is of
 * @param fidelity what a trial's fidelity is
 * @param least the least fidelity that passes
 * @param all by precision, threads and tiles; the one at fp32 passes
 */
record Trials(String part, String unit, String fidelity, double least, List<Trial> all) {

  Trials {
    all =
        all.stream()
            .sorted(
                Comparator.comparing((Trial trial) -> trial.choice().precision())
                    .thenComparingInt(trial -> -trial.choice().threads())
                    .thenComparingInt(trial -> trial.choice().maxBatch()))
            .toList();
  }

  /** The fastest of those that pass. */
  Trial best() {
    return all.stream()
        .filter(Trial::passes)
        .min(Comparator.comparingDouble(Trial::medianMs))
        .orElseThrow();
  }
}
