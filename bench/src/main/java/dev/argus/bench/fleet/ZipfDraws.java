package dev.argus.bench.fleet;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws things by popularity: the one of rank r is drawn in proportion to r to the power of minus
 * the exponent (Zipf's law), as pictures on the web are asked for. One thread.
 */
final class ZipfDraws {
  private final double[] cumulated;
  private final Random random;

  /**
   * @param number of things, at least one
   * @param exponent 0 draws all alike; about 0.6 to 1 is usual
   */
  ZipfDraws(int number, double exponent, Random random) {
    this.cumulated = new double[number];
    this.random = random;
    double sum = 0;
    for (int rank = 0; rank < number; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      cumulated[rank] = sum;
    }
  }

  /** The next one, from 0, the most popular. */
  int next() {
    double at = random.nextDouble() * cumulated[cumulated.length - 1];
    int place = Arrays.binarySearch(cumulated, at);
    return place < 0 ? Math.min(-place - 1, cumulated.length - 1) : place + 1;
  }
}
