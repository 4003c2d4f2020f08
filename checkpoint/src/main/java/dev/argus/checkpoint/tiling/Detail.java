package dev.argus.checkpoint.tiling;

/** How many visual tokens to spend on a picture. */
public enum Detail {
  /** As the checkpoint's preprocessor settings say. */
  AUTO,
  /** One tile for the whole picture. */
  LOW,
  /** Split into tiles, whatever the settings say. */
  HIGH
}
