package dev.argus.bench.graphs;

import java.util.List;

/**
 * What is measured.
 *
 * @param threads for each run of a graph; at least 1
 * @param runs turns of each contender that count; at least 1
 * @param steps decoded in each turn; at least 1
 * @param promptTokens read at once; at least 1
 * @param context where decoding begins; at least {@code promptTokens}
 * @param batches how many sequences decode together; not empty
 */
record GraphsPlan(
    int threads, int runs, int steps, int promptTokens, int context, List<Integer> batches) {

  GraphsPlan {
    batches = List.copyOf(batches);
    require(threads >= 1, "threads");
    require(runs >= 1, "runs");
    require(steps >= 1, "steps");
    require(promptTokens >= 1, "prompt");
    require(!batches.isEmpty() && batches.stream().allMatch(batch -> batch >= 1), "batches");
    if (context < promptTokens) {
      throw new IllegalArgumentException(
          "the context, %d, must be at least the prompt, %d".formatted(context, promptTokens));
    }
  }

  private static void require(boolean condition, String name) {
    if (!condition) {
      throw new IllegalArgumentException(name + " must be 1 or more");
    }
  }
}
