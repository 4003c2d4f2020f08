package dev.argus.bench.graphs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was measured of all graphs.
 *
 * @param title what
 * @param figures one for each graph, or for each graph and batch
 * @param foreignLoad share of the processors that other processes took meanwhile; null where
 *     unknown
 */
record Section(String title, List<Figure> figures, @Nullable Double foreignLoad) {

  /** Whether too much else went on for the figures to mean anything. */
  boolean noisy(double limit) {
    return foreignLoad != null && foreignLoad > limit;
  }
}
