package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the weights of late: computing them takes a millisecond, and pictures come in few
 * sizes. Thread-safe.
 */
final class WeightTables {
  /** Some megabytes. */
  private static final int MOST = 64;

  private final Map<Axis, Weights> tables =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Axis, Weights> eldest) {
          return size() > MOST;
        }
      };

  private record Axis(int input, int output, Filter filter) {}

  /** The weights for an axis that goes from one length to another, both in pixels. */
  Weights of(int input, int output, Filter filter) {
    Axis axis = new Axis(input, output, filter);
    synchronized (this) {
      Weights known = tables.get(axis);
      if (known != null) {
        return known;
      }
    }
    Weights weights = Weights.of(input, output, Kernel.of(filter));
    synchronized (this) {
      tables.put(axis, weights);
    }
    return weights;
  }
}
