package dev.argus.checkpoint.tiling;

/** A resampling filter, as Pillow defines it. */
public enum Filter {
  /** {@code PIL.Image.Resampling.LANCZOS}: support 3. */
  LANCZOS,
  /** {@code PIL.Image.Resampling.BICUBIC}: a = -0.5, support 2. */
  BICUBIC,
  /** {@code PIL.Image.Resampling.BILINEAR}: support 1. */
  BILINEAR
}
