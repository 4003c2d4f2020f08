package dev.argus.bench.measure;

/** How far results are from others. */
public final class Distance {
  private Distance() {}

  /** The length of the difference over the length of the reference. */
  public static double relative(float[] values, float[] reference) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < reference.length; i++) {
      double step = values[i] - reference[i];
      difference += step * step;
      length += (double) reference[i] * reference[i];
    }
    return Math.sqrt(difference / length);
  }
}
