package dev.argus.preprocess.core.tile;

import java.util.Iterator;

/**
 * Cuts one picture by a checkpoint's {@link dev.argus.checkpoint.tiling.TilePlan}: the tiles of the
 * grid row by row, then the overview. Tiles are cut when they are asked for, so that a consumer
 * sends the first while others do not exist yet.
 *
 * <p>Not thread-safe, but calls may come from different threads one after another. Closing it gives
 * working memory back; the picture itself belongs to whoever brought it.
 */
public sealed interface Tiler extends Iterator<Tile>, AutoCloseable
    permits BlockTiler, StepwiseTiler {

  /** Whether the next tile is cut already, so that {@link #next} takes no time. */
  boolean isReady();

  /** Leaves the next tile out: it is not cut. */
  void skip();

  @Override
  void close();
}
