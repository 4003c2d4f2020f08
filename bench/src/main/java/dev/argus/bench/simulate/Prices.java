package dev.argus.bench.simulate;

import dev.argus.bench.simulate.profile.PodShape;

/**
 * What machines cost, in dollars.
 *
 * @param cpuHour of one processor, its memory included
 * @param gpuHour of one GPU
 */
record Prices(double cpuHour, double gpuHour) {
  private static final double SECONDS_PER_HOUR = 3600;

  Prices {
    if (!(cpuHour >= 0) || !(gpuHour >= 0) || cpuHour + gpuHour == 0) {
      throw new IllegalArgumentException(
          "--cpu-price and --gpu-price must be 0 or more, one of both above 0");
    }
  }

  /** For pods that were there for so many seconds together. */
  double of(PodShape shape, double podSeconds) {
    return (shape.cpus() * cpuHour + shape.gpus() * gpuHour) * podSeconds / SECONDS_PER_HOUR;
  }
}
