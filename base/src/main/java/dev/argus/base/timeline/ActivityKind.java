package dev.argus.base.timeline;

/**
 * What a stage does for a request; {@code argus.v1.ActivityKind} on the wire, under the same names.
 */
public enum ActivityKind {
  /** Waiting for a turn. */
  QUEUE,
  /**
   * Chat template, tokenizer and tile grid: from image headers and text to the prompt layout; and
   * the digests of image files, beside which the first may be decoded already. Items: prompt
   * tokens.
   */
  TOKENIZE,
  /** From an image file's bytes to RGB pixels. Items: images. */
  DECODE_IMAGE,
  /** From RGB pixels to tiles. Items: tiles. */
  RESIZE,
  /** Tiles through the vision tower and the connector. Items: tiles. */
  ENCODE,
  /** Nothing to prefill because visual tokens have not arrived. Items: visual tokens waited for. */
  WAIT_VISUAL,
  /** Prompt tokens through the language model. Items: tokens. */
  PREFILL,
  /** From the first generated token to the last. Items: tokens after the first. */
  DECODE,
  /** Tokens held back because the reader is slow. Items: tokens held. */
  WAIT_READER,
  /** Pictures from where their URLs lead. Items: pictures. */
  FETCH
}
