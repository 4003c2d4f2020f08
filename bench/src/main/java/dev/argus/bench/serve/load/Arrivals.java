package dev.argus.bench.serve.load;

import java.util.random.RandomGenerator;

/**
 * When the requests of an open loop arrive. Times between two are drawn from a gamma distribution,
 * and all are then scaled so that the last request arrives at {@code count / rate}, as {@code vllm
 * bench serve} does: few requests come at the rate that was asked for, too.
 */
final class Arrivals {
  private static final double NANOS_PER_SECOND = 1e9;

  private Arrivals() {}

  /**
   * Draws.
   *
   * @return for each request, nanoseconds after the begin, ascending
   */
  static long[] draw(Pace.Open pace, int count, RandomGenerator random) {
    double[] times = new double[count];
    double time = 0;
    for (int i = 0; i < count; i++) {
      time += gamma(pace.burstiness(), random);
      times[i] = time;
    }
    double scale = time > 0 ? count / pace.rate() / time * NANOS_PER_SECOND : 0;
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = Math.round(times[i] * scale);
    }
    return nanos;
  }

  /**
   * A number from a gamma distribution of scale 1, by Marsaglia and Tsang (2000), "A Simple Method
   * for Generating Gamma Variables".
   */
  static double gamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      // 1 - u is above 0.
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
