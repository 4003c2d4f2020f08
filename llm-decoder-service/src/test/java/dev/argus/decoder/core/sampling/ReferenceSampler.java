package dev.argus.decoder.core.sampling;

import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What the sampler computes, step by step as the definition says and without any haste. */
final class ReferenceSampler {
  private ReferenceSampler() {}

  /** The tokens that stay after temperature and filters, and their probabilities. */
  static Map<Integer, Double> distribution(float[] logits, Sampling sampling) {
    List<Integer> ids = ranked(logits);
    double highest = logits[ids.getFirst()];
    double[] weights =
        IntStream.range(0, logits.length)
            .mapToDouble(id -> StrictMath.exp((logits[id] - highest) / sampling.temperature()))
            .toArray();
    ids = ids.stream().filter(id -> weights[id] >= sampling.minP()).toList();
    if (sampling.topK() > 0 && sampling.topK() < ids.size()) {
      ids = ids.subList(0, sampling.topK());
    }
    double wanted = sampling.topP() * total(weights, ids) * (1 - 1e-12);
    double sum = 0;
    int count = 0;
    while (count < ids.size() && sum < wanted) {
      sum += weights[ids.get(count++)];
    }
    Map<Integer, Double> probabilities = new TreeMap<>();
    for (int id : ids.subList(0, count)) {
      probabilities.put(id, weights[id] / sum);
    }
    return probabilities;
  }

  /** A row after min_tokens, biases and penalties. */
  static float[] adjusted(
      float[] logits, Sampling sampling, int[] prompt, List<Integer> answer, int end) {
    float[] row = logits.clone();
    if (answer.size() < sampling.stopping().minTokens()) {
      row[end] = Float.NEGATIVE_INFINITY;
      sampling.stopping().tokenIds().forEach(id -> row[id] = Float.NEGATIVE_INFINITY);
    }
    sampling.logitBias().forEach((id, bias) -> row[id] += bias);
    Penalties penalties = sampling.penalties();
    Set<Integer> seen = new HashSet<>(answer);
    IntStream.of(prompt).forEach(seen::add);
    for (int id : seen) {
      row[id] = row[id] > 0 ? row[id] / penalties.repetition() : row[id] * penalties.repetition();
    }
    for (int id : new HashSet<>(answer)) {
      row[id] -= penalties.frequency() * Collections.frequency(answer, id);
      row[id] -= penalties.presence();
    }
    return row;
  }

  /** Possible tokens by falling logit, equals by rising id. */
  static List<Integer> ranked(float[] logits) {
    return IntStream.range(0, logits.length)
        .filter(id -> logits[id] > Float.NEGATIVE_INFINITY)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer id) -> -logits[id])
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  static int highest(float[] logits) {
    return ranked(logits).getFirst();
  }

  static double logprob(float[] logits, int id) {
    double highest = logits[highest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp(logit - highest);
    }
    return logits[id] - highest - StrictMath.log(sum);
  }

  private static double total(double[] weights, List<Integer> ids) {
    return ids.stream().mapToDouble(id -> weights[id]).sum();
  }
}
