package dev.argus.checkpoint.tiling;

import java.util.Optional;

/** A resampling filter, as Pillow defines it. */
public enum Filter {
  /** {@code PIL.Image.Resampling.LANCZOS}: support 3. */
  LANCZOS,
  /** {@code PIL.Image.Resampling.BICUBIC}: a = -0.5, support 2. */
  BICUBIC,
  /** {@code PIL.Image.Resampling.BILINEAR}: support 1. */
  BILINEAR;

  /** The filter of a {@code resample} setting, which counts as Pillow does; empty for others. */
  public static Optional<Filter> ofPillow(int resample) {
    return switch (resample) {
      case 1 -> Optional.of(LANCZOS);
      case 2 -> Optional.of(BILINEAR);
      case 3 -> Optional.of(BICUBIC);
      default -> Optional.empty();
    };
  }
}
