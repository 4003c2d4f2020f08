package dev.argus.preprocess.core.tile;

import dev.argus.base.failure.Cancelled;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

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

  /**
   * Has others cut what can be cut of a picture that is still being decoded, where there are some
   * who do, and does not wait for it. All else needs the whole picture.
   */
  void cutAhead();

  /**
   * Has others cut the next tile, where there are some who do, and waits for it.
   *
   * @return how much of that time nobody was at it; empty where it is left to {@link #next}, which
   *     takes no time otherwise
   * @throws Cancelled when the thread is interrupted
   */
  Optional<Duration> awaitReady();

  /** Leaves the next tile out: it is not cut. */
  void skip();

  @Override
  void close();
}
