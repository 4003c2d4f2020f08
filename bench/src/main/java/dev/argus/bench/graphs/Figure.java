package dev.argus.bench.graphs;

import dev.argus.bench.measure.Samples;
import org.jspecify.annotations.Nullable;

/**
 * How fast one graph does one thing.
 *
 * @param graph its label
 * @param batch sequences, or tiles, at once
 * @param medianMs of one run
 * @param p10Ms a tenth of the runs took no longer
 * @param p90Ms nine tenths of the runs took no longer
 * @param runs how many were measured
 * @param ofNaive the median over the naive export's; null where there is none
 * @param target the most that {@code ofNaive} shall be; null where none is set
 * @param error relative L2 distance of the results from those of Argus's own graph at float32; null
 *     where there is none
 */
record Figure(
    String graph,
    int batch,
    double medianMs,
    double p10Ms,
    double p90Ms,
    int runs,
    @Nullable Double ofNaive,
    @Nullable Double target,
    @Nullable Double error) {

  static Figure of(
      String graph,
      int batch,
      Samples samples,
      @Nullable Samples naive,
      @Nullable Double target,
      @Nullable Double error) {
    return new Figure(
        graph,
        batch,
        samples.median(),
        samples.quantile(0.1),
        samples.quantile(0.9),
        samples.millis().size(),
        naive == null ? null : samples.median() / naive.median(),
        target,
        error);
  }

  /** Sequences, or tiles, a second. */
  double perSecond() {
    return batch * 1000 / medianMs;
  }
}
