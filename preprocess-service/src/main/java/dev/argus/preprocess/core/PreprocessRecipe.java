package dev.argus.preprocess.core;

/**
 * What makes preprocessing fast. Each can be left out, to measure what it is worth; the tiles are
 * the same, byte for byte, whichever are there.
 */
public enum PreprocessRecipe {
  /** JPEG files are decoded by libjpeg-turbo, where it is installed; else by the JDK. */
  TURBO_JPEG,
  /** From the source to the tiles in one pass, by vector instructions; else resize by resize. */
  ONE_PASS,
  /** The blocks of one picture go to all threads that are idle; else to one. Needs ONE_PASS. */
  PARALLEL_BLOCKS,
  /**
   * Blocks of a JPEG file are cut while its rest is still being decoded. Needs all others, and
   * x86-64.
   */
  EARLY_BLOCKS
}
