package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;

/**
 * The curve of a {@link Filter}: what an input pixel weighs by its distance from the output pixel.
 */
enum Kernel {
  LANCZOS(3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  BICUBIC(2) {
    @Override
    double weight(double signed) {
      double a = -0.5;
      double x = Math.abs(signed);
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
  },
  BILINEAR(1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  };

  private final double support;

  Kernel(double support) {
    this.support = support;
  }

  static Kernel of(Filter filter) {
    return switch (filter) {
      case LANCZOS -> LANCZOS;
      case BICUBIC -> BICUBIC;
      case BILINEAR -> BILINEAR;
    };
  }

  /** The distance, in pixels of the coarser grid, beyond which a pixel weighs nothing. */
  double support() {
    return support;
  }

  /** The weight at a distance. */
  abstract double weight(double x);

  private static double sinc(double x) {
    double angle = x * Math.PI;
    return x == 0 ? 1 : Math.sin(angle) / angle;
  }
}
