package dev.argus.bench.measure;

import java.util.List;

/**
 * Repeated measurements of one thing.
 *
 * @param millis in ascending order; not empty
 */
public record Samples(List<Double> millis) {

  /** Sorts. */
  public Samples {
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    millis = millis.stream().sorted().toList();
  }

  /** The middle one. */
  public double median() {
    return quantile(0.5);
  }

  /** The arithmetic mean. */
  public double mean() {
    return millis.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /**
   * The standard deviation of these, not an estimate of that of others: divided by their number.
   */
  public double deviation() {
    double mean = mean();
    return Math.sqrt(
        millis.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum() / millis.size());
  }

  /**
   * The value that a share of all is not above, linear between neighbours.
   *
   * @param share 0 to 1
   */
  public double quantile(double share) {
    double place = share * (millis.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, millis.size() - 1);
    return millis.get(below) + (place - below) * (millis.get(above) - millis.get(below));
  }
}
