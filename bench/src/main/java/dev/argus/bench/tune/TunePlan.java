package dev.argus.bench.tune;

import dev.argus.checkpoint.graph.Precision;
import java.util.List;

/**
 * What is tried.
 *
 * @param precisions with {@link Precision#FP32}, which the others are compared with
 * @param threads numbers of threads; the first is what precisions are compared at
 * @param batches numbers of tiles in one run; the first is what precisions are compared at
 * @param runs measurements of each
 * @param answerTokens of an answer
 * @param leastFeatures the least fidelity of features
 * @param leastTokens the least fidelity of tokens
 */
record TunePlan(
    List<Precision> precisions,
    List<Integer> threads,
    List<Integer> batches,
    int runs,
    int answerTokens,
    double leastFeatures,
    double leastTokens) {

  TunePlan {
    if (!precisions.contains(Precision.FP32)) {
      throw new IllegalArgumentException(
          "--precision must have fp32, which others are compared with");
    }
    if (runs < 1 || answerTokens < 2) {
      throw new IllegalArgumentException("--runs must be 1 or more and --tokens 2 or more");
    }
  }

  /** Whether results are near enough to those at fp32, which are always. */
  boolean passes(Precision precision, double fidelity, double least) {
    return precision == Precision.FP32 || fidelity >= least;
  }
}
