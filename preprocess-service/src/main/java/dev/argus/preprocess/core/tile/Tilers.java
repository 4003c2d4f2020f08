package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.Pixels;

/** Opens tilers, and keeps what they use again. Thread-safe. */
public final class Tilers {
  private final WeightTables weights = new WeightTables();
  private final ScratchPool memory = new ScratchPool();

  /**
   * A tiler that cuts in one pass.
   *
   * @param plan made for a picture of this size
   * @param picture to stay open as long as the tiler is used
   * @param workers who compute blocks; called from the thread that asks for a tile
   */
  public Tiler inOnePass(TilePlan plan, Pixels picture, Workers workers) {
    return new BlockTiler(plan, picture, weights, memory, workers);
  }
}
