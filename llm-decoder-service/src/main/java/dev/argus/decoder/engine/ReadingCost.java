package dev.argus.decoder.engine;

import dev.argus.checkpoint.config.TextConfig;

/**
 * What reading a prompt's token costs, counted in multiplications: those with the layers' weights,
 * which are the same everywhere, and those of attention, which grow with the position.
 */
final class ReadingCost {
  private ReadingCost() {}

  /** The cost at a position, as a multiple of the first's. */
  static double at(int position, TextConfig config) {
    double hidden = config.hiddenSize();
    double queries = (double) config.heads() * config.headDim();
    double keys = (double) config.kvHeads() * config.headDim();
    double weights = 2 * hidden * (queries + keys) + 3 * hidden * config.intermediateSize();
    double attentionToOne = 2 * queries;
    return 1 + position * attentionToOne / weights;
  }
}
