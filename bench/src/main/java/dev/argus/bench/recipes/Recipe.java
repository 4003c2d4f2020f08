package dev.argus.bench.recipes;

import java.util.Locale;

/** What makes Argus fast, in the order in which it is added. */
enum Recipe {
  /** JPEG files are decoded by libjpeg-turbo. Without it: by the JDK. */
  TURBO_JPEG,
  /** From the source to the tiles in one pass. Without it: resize after resize, as written. */
  ONE_PASS,
  /** One picture's blocks go to all idle threads. Without it: to one. */
  PARALLEL_BLOCKS,
  /** Blocks are cut while the rest of the file is being decoded. Without it: when all is. */
  EARLY_BLOCKS,
  /**
   * Image placeholders are spliced in as ids. Without it: written out and tokenized, as the
   * reference's processors do.
   */
  LAYOUT,
  /**
   * Tiles go to the encoder as uint8. Without it: normalised, as float32, four times as many bytes.
   */
  UINT8,
  /**
   * Argus's own vision graph: fused operators, the pixels' normalisation within the patch
   * embedding. Without it: standard operators.
   */
  FUSED_VISION,
  /**
   * Argus's own decoder graph: fused operators, logits of the last position, keys and values
   * written in place. Without it: standard operators, all logits, a cache that is copied.
   */
  FUSED_DECODER,
  /** Stages work on one request at the same time. Without it: one after another. */
  OVERLAP,
  /** The precision that is best here; int8 folds norms, too. Without it: float32. Not exact. */
  PRECISION,
  /** Visual tokens of a tile seen before are not computed again. */
  FEATURE_CACHE,
  /** A prompt that begins as an earlier one is not read again. */
  PREFIX_CACHE;

  /** Its name for people. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
