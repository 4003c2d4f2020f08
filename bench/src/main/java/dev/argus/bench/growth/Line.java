package dev.argus.bench.growth;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The straight line nearest to some points, by least squares.
 *
 * @param interceptMs where x is 0
 * @param slopeMs for each more of x
 * @param r2 the share of the points' variance that it explains, 0 to 1; 1 where there is none
 */
record Line(double interceptMs, double slopeMs, double r2) {

  /**
   * Fits.
   *
   * @param points of two different x at least
   */
  static <T> Line fit(List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
    double meanX = mean(points, x);
    double meanY = mean(points, y);
    double xx = mean(points, point -> Math.pow(x.applyAsDouble(point) - meanX, 2));
    double yy = mean(points, point -> Math.pow(y.applyAsDouble(point) - meanY, 2));
    double xy =
        mean(points, point -> (x.applyAsDouble(point) - meanX) * (y.applyAsDouble(point) - meanY));
    if (xx == 0) {
      throw new IllegalArgumentException("a line needs two different points");
    }
    double slope = xy / xx;
    return new Line(meanY - slope * meanX, slope, yy == 0 ? 1 : xy * xy / (xx * yy));
  }

  /** Its height, ms. */
  double at(double x) {
    return interceptMs + slopeMs * x;
  }

  private static <T> double mean(List<T> points, ToDoubleFunction<T> value) {
    return points.stream().mapToDouble(value).average().orElseThrow();
  }
}
