package dev.argus.bench.recipes;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is served.
 *
 * @param checkpoint the model
 * @param export the directory of its standard export; empty where none can be written
 * @param best the precision that is best here
 * @param threads of one run of a model
 */
record Subject(Checkpoint checkpoint, Optional<Path> export, Precisions best, int threads) {
  /** What the model is called in requests. */
  static final String NAME = "bench";

  /** Of the two models. */
  record Precisions(Precision encoder, Precision decoder) {
    boolean exact() {
      return encoder == Precision.FP32 && decoder == Precision.FP32;
    }

    String label() {
      return encoder == decoder
          ? encoder.label()
          : encoder.label() + " encoder, " + decoder.label() + " decoder";
    }
  }

  /** The directory whose fingerprint the stages of a step exchange tensors by. */
  Path served(Step step) {
    return step.has(Recipe.FUSED_DECODER) ? checkpoint.directory() : export.orElseThrow();
  }
}
