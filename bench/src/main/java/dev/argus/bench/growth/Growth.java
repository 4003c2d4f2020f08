package dev.argus.bench.growth;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How the time to first token grows with one thing.
 *
 * @param axis what grows
 * @param points in ascending order
 * @param line nearest to the medians
 * @param farthest the point farthest from the line
 * @param offMs how far above the line it lies; negative where it lies below
 * @param offByPart the same of each part and its own nearest line; these add up to {@code offMs}
 */
record Growth(
    Axis axis,
    List<Point> points,
    Line line,
    Point farthest,
    double offMs,
    Map<Part, Double> offByPart) {

  /**
   * Fits.
   *
   * @param points of two different x at least
   */
  static Growth of(Axis axis, List<Point> points) {
    Line line = Line.fit(points, Point::x, Point::medianMs);
    Point farthest =
        points.stream().max(Comparator.comparingDouble(point -> Math.abs(off(point, line)))).get();
    Map<Part, Double> offByPart = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Line own = Line.fit(points, Point::x, point -> point.of(part));
      offByPart.put(part, farthest.of(part) - own.at(farthest.x()));
    }
    return new Growth(axis, points, line, farthest, off(farthest, line), offByPart);
  }

  private static double off(Point point, Line line) {
    return point.medianMs() - line.at(point.x());
  }

  /** How far above its line a point lies, ms. */
  double off(Point point) {
    return off(point, line);
  }
}
