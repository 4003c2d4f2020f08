package dev.argus.bench.split;

import dev.argus.bench.measure.Samples;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One measure of both servers, taken in pairs: what slows the machine for a while slows both of a
 * pair, and not their ratio.
 *
 * @param measure what, with its unit
 * @param one median of the server in one process
 * @param four median of the server in four
 * @param ratio of four to one, the median of all pairs
 * @param ratioLow lower quartile of these
 * @param ratioHigh upper quartile of these
 * @param ones every sample of the one process, by pair
 * @param fours every sample of the four processes, by pair
 */
record Comparison(
    String measure,
    double one,
    double four,
    double ratio,
    double ratioLow,
    double ratioHigh,
    List<Double> ones,
    List<Double> fours) {

  /** Compares; both lists have a value for each pair. */
  static Comparison of(String measure, List<Double> ones, List<Double> fours) {
    Samples ratios =
        new Samples(
            IntStream.range(0, ones.size())
                .mapToObj(pair -> fours.get(pair) / ones.get(pair))
                .toList());
    return new Comparison(
        measure,
        new Samples(ones).median(),
        new Samples(fours).median(),
        ratios.median(),
        ratios.quantile(0.25),
        ratios.quantile(0.75),
        ones,
        fours);
  }

  /** How far apart the two are, as a share of the one process. */
  double apart() {
    return Math.abs(ratio - 1);
  }
}
