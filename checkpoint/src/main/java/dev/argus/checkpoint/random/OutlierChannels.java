package dev.argus.checkpoint.random;

import java.util.BitSet;

/**
 * The few channels of a width whose values are several times the others', everywhere in a model:
 * trained networks have them, and they are what makes quantisation hard.
 */
final class OutlierChannels {
  /** About one channel in so many. */
  private static final int ONE_IN = 128;

  private OutlierChannels() {}

  /** The outliers of all tensors of this width; at least one. */
  static BitSet of(long seed, int width) {
    NormalNumbers numbers = NormalNumbers.named(seed, "outliers " + width);
    BitSet channels = new BitSet(width);
    int wanted = Math.max(1, width / ONE_IN);
    for (long draw = 0; channels.cardinality() < wanted; draw++) {
      channels.set(numbers.below(width, draw));
    }
    return channels;
  }
}
