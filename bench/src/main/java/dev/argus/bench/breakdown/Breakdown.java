package dev.argus.bench.breakdown;

import dev.argus.v1.Activity;
import dev.argus.v1.Anatomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A time to first token in parts that add up to it.
 *
 * @param millis by segment
 */
public record Breakdown(Map<Segment, Double> millis) {
  public Breakdown {
    millis = Collections.unmodifiableMap(new EnumMap<>(millis));
  }

  /**
   * Of a request.
   *
   * @param tensorMillis how much of the encoder's time went into making float32
   */
  public static Breakdown of(Anatomy anatomy, double tensorMillis) {
    Map<Segment, Double> millis = attribute(anatomy, _ -> true);
    if (tensorMillis > 0) {
      millis.merge(Segment.TENSOR, tensorMillis, Double::sum);
      millis.merge(Segment.ENCODE, -tensorMillis, Double::sum);
    }
    return new Breakdown(millis);
  }

  /**
   * What preprocessing took of a request, whether a model ran at the same time or not; nothing
   * else.
   */
  public static Breakdown ofPreprocessing(Anatomy anatomy) {
    Map<Segment, Double> millis = attribute(anatomy, segment -> !segment.ofModels());
    millis.remove(Segment.OTHER);
    return new Breakdown(millis);
  }

  /** Sweeps over the time to first token; between two edges, the latest segment has the time. */
  private static Map<Segment, Double> attribute(Anatomy anatomy, Predicate<Segment> counts) {
    List<Span> spans = spans(anatomy, counts);
    TreeSet<Double> edges = new TreeSet<>(List.of(0.0, anatomy.getTtftMs()));
    spans.forEach(span -> {
      edges.add(span.start());
      edges.add(span.end());
    });
    Map<Segment, Double> millis = new EnumMap<>(Segment.class);
    double from = 0;
    for (double edge : edges) {
      double start = from;
      Segment segment =
          spans.stream()
              .filter(span -> span.start() <= start && span.end() >= edge)
              .map(Span::segment)
              .max(Segment::compareTo)
              .orElse(Segment.OTHER);
      millis.merge(segment, edge - start, Double::sum);
      from = edge;
    }
    return millis;
  }

  private record Span(Segment segment, double start, double end) {}

  /** Those before the first token, cut off where it was sent. */
  private static List<Span> spans(Anatomy anatomy, Predicate<Segment> counts) {
    List<Span> spans = new ArrayList<>();
    for (Activity activity : anatomy.getActivitiesList()) {
      double start = Math.clamp(activity.getStartMs(), 0, anatomy.getTtftMs());
      double end =
          Math.clamp(activity.getStartMs() + activity.getDurationMs(), start, anatomy.getTtftMs());
      Segment.of(activity.getKind())
          .filter(counts)
          .ifPresent(segment -> spans.add(new Span(segment, start, end)));
    }
    return spans;
  }

  public double of(Segment segment) {
    return millis.getOrDefault(segment, 0.0);
  }

  /** Of all segments. */
  public double total() {
    return millis.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What the models took. */
  public double models() {
    return of(Segment.ENCODE) + of(Segment.PREFILL);
  }
}
