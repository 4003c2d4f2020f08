package dev.argus.bench.scenes;

import java.util.List;

/**
 * How good answers were.
 *
 * @param questions how many there were
 * @param exact answers that were right word for word, boxes included
 * @param objects that should have been found, where answers have boxes
 * @param found of them, with the right label and a box that overlaps the true one by half
 * @param overlap sum of the intersections over unions of those found
 */
public record Score(int questions, int exact, int objects, int found, double overlap) {
  static final Score NONE = new Score(0, 0, 0, 0, 0);

  static Score of(String expected, String answer) {
    List<LabelledBox> wanted = LabelledBox.in(expected);
    List<Double> overlaps = LabelledBox.match(LabelledBox.in(answer), wanted);
    return new Score(
        1,
        answer.equals(expected) ? 1 : 0,
        wanted.size(),
        overlaps.size(),
        overlaps.stream().mapToDouble(Double::doubleValue).sum());
  }

  Score plus(Score other) {
    return new Score(
        questions + other.questions,
        exact + other.exact,
        objects + other.objects,
        found + other.found,
        overlap + other.overlap);
  }

  /** Per cent of the answers that were exactly right. */
  public double exactPercent() {
    return 100.0 * exact / questions;
  }

  /** Per cent of the objects that were found; NaN where there were none to find. */
  public double foundPercent() {
    return objects == 0 ? Double.NaN : 100.0 * found / objects;
  }

  /** Mean intersection over union of the objects found; NaN where none was. */
  public double meanOverlap() {
    return found == 0 ? Double.NaN : overlap / found;
  }
}
