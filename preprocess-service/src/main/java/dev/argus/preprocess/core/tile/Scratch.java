package dev.argus.preprocess.core.tile;

import java.util.ArrayList;
import java.util.List;

/**
 * Working memory of one thread: lines of pixels, in the order in which they are asked for. Grows to
 * what was asked for once, and is used again. Not thread-safe.
 */
final class Scratch {
  private final Lanes lanes = new Lanes();
  private final List<int[][]> memory = new ArrayList<>();
  private int taken;

  Lanes lanes() {
    return lanes;
  }

  /** Lines that are at least so many and so long; what they hold is undefined. */
  int[][] lines(int count, int length) {
    if (taken == memory.size()) {
      memory.add(new int[0][0]);
    }
    int[][] lines = memory.get(taken);
    if (lines.length < count || lines[0].length < length) {
      int longest = lines.length == 0 ? length : Math.max(length, lines[0].length);
      lines = new int[Math.max(count, lines.length)][longest];
      memory.set(taken, lines);
    }
    taken++;
    return lines;
  }

  /** Takes all lines back. */
  void rewind() {
    taken = 0;
  }
}
