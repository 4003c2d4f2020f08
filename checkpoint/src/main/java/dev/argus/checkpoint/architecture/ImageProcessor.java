package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.tiling.Filter;
import java.util.List;

/** The part of the image processor's settings that all families share. */
final class ImageProcessor {
  private static final double RESCALE_FACTOR = 1.0 / 255;

  private final Settings settings;

  /**
   * @throws dev.argus.base.failure.ModelFault if a step that the vision graph always does is
   *     switched off, or scales pixels to anything but 0..1
   */
  ImageProcessor(Settings settings) {
    this.settings = settings;
    for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
      if (!settings.flag(step, true)) {
        throw settings.fault(step, "is false, which is not supported");
      }
    }
    double factor = settings.number("rescale_factor", RESCALE_FACTOR);
    if (Math.abs(factor - RESCALE_FACTOR) > 1e-12) {
      throw settings.fault("rescale_factor", "is " + factor + "; only 1/255 is supported");
    }
  }

  Filter filter(Filter fallback) {
    if (!settings.has("resample")) {
      return fallback;
    }
    int resample = settings.positive("resample");
    return Filter.ofPillow(resample)
        .orElseThrow(() ->
            settings.fault(
                "resample",
                "is " + resample + "; supported are 1 (Lanczos), 2 (bilinear), 3 (bicubic)"));
  }

  List<Double> mean() {
    return settings.numbers("image_mean", 3);
  }

  List<Double> standardDeviation() {
    List<Double> deviations = settings.numbers("image_std", 3);
    if (deviations.stream().anyMatch(deviation -> deviation <= 0)) {
      throw settings.fault("image_std", "should be above 0, not " + deviations);
    }
    return deviations;
  }

  /** Edge of the square in {@code size}, which must be the vision tower's tile. */
  int squareSide(int imageSize) {
    Settings size = settings.object("size");
    for (String edge : List.of("height", "width")) {
      requireTile(size, edge, imageSize);
    }
    return imageSize;
  }

  /** Complains about an edge that is not the vision tower's tile. */
  static void requireTile(Settings settings, String key, int imageSize) {
    int edge = settings.positive(key);
    if (edge != imageSize) {
      throw settings.fault(
          key, "is %d, but the vision tower's tiles are %d pixels".formatted(edge, imageSize));
    }
  }
}
