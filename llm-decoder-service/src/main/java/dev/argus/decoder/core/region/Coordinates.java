package dev.argus.decoder.core.region;

import java.util.Arrays;

/** The edges of a box as they come: left, upper, right, lower; and how probable they were. */
final class Coordinates {
  private final double[] edges = new double[4];
  private int count;
  private double logprobs;
  private int tokens;
  private int lastToken = -1;

  /** A token has a part in the coordinates. */
  void spelledBy(int index, double logprob) {
    if (index != lastToken) {
      lastToken = index;
      logprobs += logprob;
      tokens++;
    }
  }

  /** The next edge, 0 to 1; true when it is the fourth. */
  boolean add(double edge) {
    if (count < edges.length) {
      edges[count++] = edge;
    }
    return count == edges.length;
  }

  /** The region, its corners in order whichever came first. */
  Region region(String label, int firstToken, int endToken) {
    return new Region(
        label,
        Math.min(edges[0], edges[2]),
        Math.min(edges[1], edges[3]),
        Math.max(edges[0], edges[2]),
        Math.max(edges[1], edges[3]),
        Math.exp(logprobs / Math.max(1, tokens)),
        firstToken,
        endToken);
  }

  void clear() {
    Arrays.fill(edges, 0);
    count = 0;
    logprobs = 0;
    tokens = 0;
    lastToken = -1;
  }
}
