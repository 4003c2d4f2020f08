package dev.argus.preprocess.core;

import dev.argus.preprocess.core.tile.Tile;

/**
 * Takes what a conversation becomes, in order: the prompt, then each tile. Called from one thread.
 * May block while its reader is slow, which pauses this request's work and no other; throws {@link
 * dev.argus.base.failure.Cancelled} when the reader is gone, which ends it.
 */
public interface PreprocessSink {

  /** Before any pixel is decoded. */
  void prompt(PreparedPrompt prompt);

  /**
   * Waits, a short time at most, until it is known which tiles are held. Called where it is likely
   * that some are: a moment's wait may save the decoding of a picture.
   */
  void awaitHeldTiles();

  /**
   * How many of the first tiles nobody needs any more. Never falls. Asked, from any thread, before
   * a picture is decoded and before a tile is cut.
   */
  int heldTiles();

  /**
   * As soon as it is cut. Tiles that are held are left out.
   *
   * @param index 0-based, over all pictures; tile i fills span i of the prompt's layout
   */
  void tile(int index, Tile tile);
}
