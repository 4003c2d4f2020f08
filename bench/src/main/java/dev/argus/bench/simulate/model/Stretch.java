package dev.argus.bench.simulate.model;

/**
 * Decode steps of the same sequences, one after another: each takes as much longer than the one
 * before as their contexts have grown, so that the time of any number of them is a closed form.
 *
 * @param first seconds of the first; above 0
 * @param growth seconds that each takes longer than the one before; 0 or more
 */
record Stretch(double first, double growth) {
  /** So far beyond a step's end still counts as its end: what adding up in doubles leaves. */
  private static final double ROUNDING = 1e-9;

  /** Seconds of so many steps. */
  double seconds(int steps) {
    return steps * first + growth * steps * (steps - 1.0) / 2;
  }

  /** The step that is going on after so many seconds, or ends just then; counted from 1. */
  int stepAt(double seconds) {
    double slope = first - growth / 2;
    double steps =
        growth == 0
            ? seconds / first
            : (Math.sqrt(slope * slope + 2 * growth * seconds) - slope) / growth;
    return Math.max(1, (int) Math.ceil(steps - ROUNDING));
  }
}
