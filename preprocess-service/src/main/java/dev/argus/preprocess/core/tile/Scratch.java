package dev.argus.preprocess.core.tile;

import java.util.ArrayList;
import java.util.List;

/**
 * Working memory of one thread: for each depth of a chain of {@link Layer}s its lines of pixels.
 * Grows to what was asked for once, and is used again. Not thread-safe.
 */
final class Scratch {
  private final Lanes lanes = new Lanes();
  private final List<Level> levels = new ArrayList<>();

  /** The memory of one layer. */
  static final class Level {
    private int[][] rows = new int[0][0];
    private int[][] columns = new int[0][0];
    private int[][] results = new int[0][0];
    private int[][] turned = new int[0][0];

    /** Lines that are at least so many and so long; what they hold is undefined. */
    int[][] rows(int count, int length) {
      rows = grown(rows, count, length);
      return rows;
    }

    int[][] columns(int count, int length) {
      columns = grown(columns, count, length);
      return columns;
    }

    int[][] results(int count, int length) {
      results = grown(results, count, length);
      return results;
    }

    int[][] turned(int count, int length) {
      turned = grown(turned, count, length);
      return turned;
    }

    private static int[][] grown(int[][] lines, int count, int length) {
      if (lines.length >= count && lines[0].length >= length) {
        return lines;
      }
      int longest = lines.length == 0 ? length : Math.max(length, lines[0].length);
      return new int[Math.max(count, lines.length)][longest];
    }
  }

  Lanes lanes() {
    return lanes;
  }

  Level level(int depth) {
    while (levels.size() <= depth) {
      levels.add(new Level());
    }
    return levels.get(depth);
  }
}
