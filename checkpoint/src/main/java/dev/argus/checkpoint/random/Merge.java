package dev.argus.checkpoint.random;

import java.util.Comparator;

/** A rule of a byte pair encoding: these two symbols, side by side, become one. */
record Merge(String left, String right) implements Comparable<Merge> {
  private static final Comparator<Merge> ORDER =
      Comparator.comparing(Merge::left).thenComparing(Merge::right);

  /** The symbol that they become. */
  String product() {
    return left + right;
  }

  @Override
  public int compareTo(Merge other) {
    return ORDER.compare(this, other);
  }
}
