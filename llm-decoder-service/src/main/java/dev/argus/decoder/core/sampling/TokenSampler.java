package dev.argus.decoder.core.sampling;

import dev.argus.base.failure.ModelFault;

/**
 * Chooses the next token from a row of logits.
 *
 * <p>Greedy takes the highest logit, the lowest id among equals. Otherwise the steps and their
 * order are vLLM's (its V1 sampler):
 *
 * <ol>
 *   <li>temperature: logits are divided by it;
 *   <li>min-p: tokens less probable than min-p times the most probable one are dropped;
 *   <li>top-k: of the rest, the k most probable stay;
 *   <li>top-p: of the rest, with probabilities that add up to 1 again, the smallest set of most
 *       probable tokens stays whose probability reaches top-p;
 *   <li>one token is drawn from what is left, by its probability.
 * </ol>
 *
 * <p>Among equal logits the lower id counts as more probable, so that every set is of one definite
 * size. Probabilities are computed in double, relative to the most probable token's.
 *
 * <p>Not thread-safe: it reuses its scratch memory.
 */
public final class TokenSampler {
  private final RankedTokens ranked = new RankedTokens();
  private double[] weights = new double[0];
  private int[] kept = new int[0];

  /**
   * The next token.
   *
   * @param logits of the whole vocabulary; negative infinity means never
   * @param sampling how to choose
   * @param index how many tokens of the answer came before; with the seed it decides the draw
   * @throws ModelFault if a logit is NaN or positive infinity, or all are negative infinity
   */
  public int choose(float[] logits, Sampling sampling, int index) {
    int best = highest(logits);
    if (sampling.greedy()) {
      return best;
    }
    makeRoom(logits.length);
    weigh(logits, logits[best], sampling.temperature());
    double random = CounterRandom.uniform(sampling.seed(), index);
    boolean all = sampling.topK() == 0 && sampling.topP() == 1;
    return all
        ? drawFromAll(logits.length, sampling.minP(), random)
        : drawFromFirst(rank(logits, sampling), random);
  }

  private static int highest(float[] logits) {
    int best = 0;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (logit > logits[best]) {
        best = id;
      } else if (Float.isNaN(logit)) {
        throw new ModelFault("the model computed NaN as the logit of token " + id, null);
      }
    }
    if (Float.isInfinite(logits[best])) {
      throw new ModelFault("the model computed infinite logits", null);
    }
    return best;
  }

  private void makeRoom(int vocabularySize) {
    if (weights.length < vocabularySize) {
      weights = new double[vocabularySize];
      kept = new int[vocabularySize];
    }
  }

  private void weigh(float[] logits, double highest, double temperature) {
    for (int id = 0; id < logits.length; id++) {
      weights[id] = Math.exp((logits[id] - highest) / temperature);
    }
  }

  private int drawFromAll(int vocabularySize, float minP, double random) {
    int count = 0;
    double total = 0;
    for (int id = 0; id < vocabularySize; id++) {
      if (weights[id] >= minP) {
        kept[count++] = id;
        total += weights[id];
      }
    }
    return draw(count, random * total);
  }

  /** Leaves the tokens that pass all filters in {@code kept}, most probable first. */
  private Kept rank(float[] logits, Sampling sampling) {
    ranked.clear(logits.length);
    double total = 0;
    for (int id = 0; id < logits.length; id++) {
      if (weights[id] >= sampling.minP()) {
        ranked.add(id, logits[id]);
        total += weights[id];
      }
    }
    ranked.order();
    return sampling.topK() == 0
        ? takeUntil(ranked.size(), sampling.topP() * total)
        : takeTopK(Math.min(sampling.topK(), ranked.size()), sampling.topP());
  }

  private Kept takeTopK(int topK, double topP) {
    Kept first = takeUntil(topK, Double.POSITIVE_INFINITY);
    if (topP == 1) {
      return first;
    }
    double sum = 0;
    int count = 0;
    while (count < first.count && sum < topP * first.sum) {
      sum += weights[kept[count++]];
    }
    return new Kept(count, sum);
  }

  private Kept takeUntil(int most, double wanted) {
    double sum = 0;
    int count = 0;
    while (count < most && sum < wanted) {
      int id = ranked.take();
      kept[count++] = id;
      sum += weights[id];
    }
    return new Kept(count, sum);
  }

  private int drawFromFirst(Kept first, double random) {
    return draw(first.count, random * first.sum);
  }

  private int draw(int count, double target) {
    double sum = 0;
    for (int i = 0; i < count - 1; i++) {
      sum += weights[kept[i]];
      if (sum > target) {
        return kept[i];
      }
    }
    return kept[count - 1];
  }

  /**
   * How much of {@code kept} is valid.
   *
   * @param count number of tokens
   * @param sum of their weights
   */
  private record Kept(int count, double sum) {}
}
