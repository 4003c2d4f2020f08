package dev.argus.bench.tune;

import dev.argus.checkpoint.tuning.Tuning.Choice;

/**
 * What was measured of one way to run a part.
 *
 * @param choice the way
 * @param medianMs of the unit that is measured: a tile, or a whole answer
 * @param p90Ms nine tenths took no longer
 * @param fidelity how near its results are to those at fp32; for the encoder 1 less the relative
 *     distance of features, for the decoder the share of tokens that are the same
 * @param passes whether that is near enough
 */
record Trial(Choice choice, double medianMs, double p90Ms, double fidelity, boolean passes) {

  /** Its name in tables and plots. */
  String label() {
    String threads = choice.threads() == 1 ? "1 thread" : choice.threads() + " threads";
    String batch = choice.maxBatch() == 1 ? "" : ", %d tiles".formatted(choice.maxBatch());
    return "%s, %s%s".formatted(choice.precision().label(), threads, batch);
  }
}
