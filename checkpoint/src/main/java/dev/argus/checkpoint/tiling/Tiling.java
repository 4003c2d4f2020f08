package dev.argus.checkpoint.tiling;

/** A checkpoint's rule for cutting pictures. Pure and thread-safe. */
@FunctionalInterface
public interface Tiling {

  /** The plan for a picture of this size. */
  TilePlan plan(Size picture, Detail detail);
}
