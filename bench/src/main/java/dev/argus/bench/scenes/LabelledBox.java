package dev.argus.bench.scenes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A thing and where it is, as an answer with location tokens says it.
 *
 * @param label what it is
 * @param left edge, as a fraction of the picture's width, as {@code right}
 * @param top edge, as a fraction of the picture's height, as {@code bottom}
 */
record LabelledBox(String label, double left, double top, double right, double bottom) {
  private static final Pattern TEXT =
      Pattern.compile("([^;<>]+)<loc_(\\d+)><loc_(\\d+)><loc_(\\d+)><loc_(\\d+)>");

  /** Location tokens from one edge of a picture to the other. */
  private static final double BINS = 64;

  /** A region and an object are the same from this overlap on. */
  private static final double LEAST_OVERLAP = 0.5;

  private record Pair(int found, int wanted, double overlap) {}

  /** All in a text, in its order. */
  static List<LabelledBox> in(String text) {
    return TEXT.matcher(text).results().map(LabelledBox::of).toList();
  }

  private static LabelledBox of(MatchResult match) {
    return new LabelledBox(
        match.group(1).strip(),
        centre(match.group(2)),
        centre(match.group(3)),
        centre(match.group(4)),
        centre(match.group(5)));
  }

  private static double centre(String bin) {
    return (Integer.parseInt(bin) + 0.5) / BINS;
  }

  /**
   * Pairs regions with objects of the same label that they overlap by half, the best pairs first,
   * each once.
   *
   * @return the pairs' overlaps
   */
  static List<Double> match(List<LabelledBox> found, List<LabelledBox> wanted) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      for (int j = 0; j < wanted.size(); j++) {
        double overlap = found.get(i).overlap(wanted.get(j));
        if (overlap >= LEAST_OVERLAP && found.get(i).label().equals(wanted.get(j).label())) {
          pairs.add(new Pair(i, j, overlap));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
    boolean[] foundTaken = new boolean[found.size()];
    boolean[] wantedTaken = new boolean[wanted.size()];
    List<Double> overlaps = new ArrayList<>();
    for (Pair pair : pairs) {
      if (!foundTaken[pair.found()] && !wantedTaken[pair.wanted()]) {
        foundTaken[pair.found()] = true;
        wantedTaken[pair.wanted()] = true;
        overlaps.add(pair.overlap());
      }
    }
    return overlaps;
  }

  /** Intersection over union; labels do not matter. */
  double overlap(LabelledBox other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double common = width * height;
    return common / (area() + other.area() - common);
  }

  private double area() {
    return (right - left) * (bottom - top);
  }
}
