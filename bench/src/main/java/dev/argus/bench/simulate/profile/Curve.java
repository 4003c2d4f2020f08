package dev.argus.bench.simulate.profile;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * Measured points {@code [x, y]}, with straight lines between them. Below the first it is the
 * first, above the last the last line goes on.
 *
 * @param points by ascending x; at least one
 */
public record Curve(@JsonValue List<List<Double>> points) {

  /**
   * Checks the points.
   *
   * @throws IllegalArgumentException if they are no curve
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Curve {
    points = points.stream().map(List::copyOf).toList();
    if (points.isEmpty() || points.stream().anyMatch(point -> point.size() != 2)) {
      throw new IllegalArgumentException("a curve is a list of points [x, y], at least one");
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).getFirst() <= points.get(i - 1).getFirst()) {
        throw new IllegalArgumentException("the points of a curve go by ascending x: " + points);
      }
    }
    if (points.stream().anyMatch(point -> !(point.getLast() >= 0))) {
      throw new IllegalArgumentException("a curve's times are 0 or more: " + points);
    }
  }

  /** The same everywhere. */
  public static Curve constant(double y) {
    return new Curve(List.of(List.of(0.0, y)));
  }

  /** Its value at a place. */
  public double at(double x) {
    if (x <= x(0)) {
      return y(0);
    }
    int right = 1;
    while (right < points.size() - 1 && x(right) < x) {
      right++;
    }
    if (right >= points.size()) {
      return y(0);
    }
    double slope = (y(right) - y(right - 1)) / (x(right) - x(right - 1));
    return y(right - 1) + slope * (x - x(right - 1));
  }

  /** The same shape, all values times a factor. */
  public Curve times(double factor) {
    return new Curve(
        points.stream().map(point -> List.of(point.getFirst(), factor * point.getLast())).toList());
  }

  private double x(int i) {
    return points.get(i).getFirst();
  }

  private double y(int i) {
    return points.get(i).getLast();
  }
}
