package dev.argus.decoder.core.sampling;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Chooses the next token from a row of logits. The steps and their order are vLLM's (its V1
 * sampler):
 *
 * <ol>
 *   <li>log-probabilities, where asked for, are taken from the row as the model computed it;
 *   <li>where the answer has a form, tokens that it cannot go on with are ruled out;
 *   <li>before the least number of tokens, none that ends the answer is possible; biases are added;
 *       penalties applied (see {@link TokenHistory});
 *   <li>at temperature 0 the highest logit is taken, the lowest id among equals: the end;
 *   <li>temperature: logits are divided by it;
 *   <li>min-p: tokens less probable than min-p times the most probable one are dropped;
 *   <li>top-k: of the rest, the k most probable stay;
 *   <li>top-p: of the rest, with probabilities that add up to 1 again, the smallest set of most
 *       probable tokens stays whose probability reaches top-p;
 *   <li>one token is drawn from what is left, by its probability, with the random numbers that
 *       belong to the seed and the token's index.
 * </ol>
 *
 * <p>Among equal logits the lower id counts as more probable, so that every set is of one definite
 * size. Probabilities are {@link Weights}. Nothing is sorted but the few tokens that top-k leaves:
 * a row costs one pass for its maxima, one for weights, and one for each limit.
 *
 * <p>Not thread-safe: it reuses its scratch memory.
 */
public final class TokenSampler {
  private final RowMaxima maxima;
  private final Weights weights;
  private final TokenRanking ranking;
  private final int vocabularySize;
  private float[] raw = new float[0];

  /**
   * @param vocabularySize length of a row of logits
   */
  public TokenSampler(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    this.maxima = new RowMaxima(vocabularySize);
    this.weights = new Weights(vocabularySize);
    this.ranking = new TokenRanking(vocabularySize);
  }

  /** Whether the next token is the one with the highest logit, and that is all that is asked. */
  public static boolean takesHighest(Sampling sampling, TokenHistory history) {
    return sampling.greedy() && takesLogitsAsTheyAre(sampling, history);
  }

  /**
   * How many of the highest logits it takes to choose the next token, where the others make no
   * difference; empty where they do.
   */
  public static OptionalInt takesFirst(Sampling sampling, TokenHistory history) {
    boolean few =
        !sampling.greedy() && sampling.topK() > 0 && takesLogitsAsTheyAre(sampling, history);
    return few ? OptionalInt.of(sampling.topK()) : OptionalInt.empty();
  }

  /** Whether the logits are taken as they are, and none is told. */
  private static boolean takesLogitsAsTheyAre(Sampling sampling, TokenHistory history) {
    return sampling.logprobs().isEmpty() && !history.adjusts();
  }

  /**
   * The next token, which the caller adds to the history: the one that {@link #choose(float[],
   * Sampling, TokenHistory)} would choose of the whole row.
   *
   * @param top as many as {@link #takesFirst} says
   */
  public ChosenToken choose(TopLogits top, Sampling sampling, TokenHistory history) {
    ranking.take(top);
    weights.fill(top, sampling.temperature());
    return new ChosenToken(drawRanked(sampling, history.generated()), Optional.empty());
  }

  /**
   * The next token, which the caller adds to the history.
   *
   * @param logits of the whole vocabulary; negative infinity means never. Undefined afterwards
   * @param sampling how to choose
   * @param history of the answer
   * @throws ModelFault if a logit is NaN or positive infinity, or all are negative infinity
   */
  public ChosenToken choose(float[] logits, Sampling sampling, TokenHistory history) {
    maxima.read(logits);
    if (sampling.logprobs().isEmpty()) {
      return new ChosenToken(pick(logits, sampling, history), Optional.empty());
    }
    double logOfSum = logOfSum(logits);
    var top = top(logits, sampling.logprobs().getAsInt(), logOfSum);
    float[] asComputed = history.adjusts() ? copy(logits) : logits;
    int id = pick(logits, sampling, history);
    return new ChosenToken(id, Optional.of(new TokenLogprobs(asComputed[id] - logOfSum, top)));
  }

  private float[] copy(float[] logits) {
    raw = raw.length == 0 ? new float[vocabularySize] : raw;
    System.arraycopy(logits, 0, raw, 0, vocabularySize);
    return raw;
  }

  private int pick(float[] logits, Sampling sampling, TokenHistory history) {
    if (history.adjusts()) {
      history.adjust(logits);
      maxima.read(logits);
    }
    if (sampling.greedy()) {
      return maxima.best(logits);
    }
    if (sampling.topK() > 0) {
      return drawFromFirst(logits, sampling, history.generated());
    }
    weights.fill(logits, maxima.highest(), sampling.temperature());
    if (sampling.minP() > 0) {
      weights.dropBelow(sampling.minP());
    }
    return drawByMass(logits, sampling, history.generated());
  }

  /**
   * Draws from the fewest tokens that have top-p of the probability, without finding out which they
   * are: draws from all, and asks whether those more probable than the drawn one have less than
   * top-p. If not, they include all that count, and the next draw is from them alone. The
   * probabilities are those of drawing from the set itself; the expected number of draws is 1 +
   * ln(1 / top-p).
   */
  private int drawByMass(float[] logits, Sampling sampling, int index) {
    double mass = weights.sum();
    double wanted = sampling.topP() * mass;
    for (int round = 0; ; round++) {
      int id = weights.at(CounterRandom.uniform(sampling.seed(), index, round) * mass);
      if (sampling.topP() == 1 || weights.cutAt(logits, id) < wanted) {
        return id;
      }
      weights.takeCut();
      mass = weights.sum();
    }
  }

  /** Weights are needed of the few alone that can be among the first k. */
  private int drawFromFirst(float[] logits, Sampling sampling, int index) {
    ranking.gather(logits, maxima, maxima.reachedBy(sampling.topK()));
    weights.fill(logits, maxima.highest(), sampling.temperature(), ranking);
    return drawRanked(sampling, index);
  }

  private int drawRanked(Sampling sampling, int index) {
    ranking.dropBelow(weights, Math.max(sampling.minP(), Double.MIN_VALUE));
    ranking.keepFirst(sampling.topK(), weights);
    if (sampling.topP() < 1) {
      ranking.keepMass(sampling.topP() * ranking.sum(weights), weights);
    }
    double random = CounterRandom.uniform(sampling.seed(), index, 0);
    return ranking.at(random * ranking.sum(weights), weights);
  }

  /** The logarithm of the sum of the logits' exponentials: what a logit exceeds its logprob by. */
  private double logOfSum(float[] logits) {
    weights.fill(logits, maxima.highest(), 1);
    return maxima.highest() + StrictMath.log(weights.sum());
  }

  private List<TokenLogprobs.Alternative> top(float[] logits, int count, double logOfSum) {
    if (count == 0) {
      return List.of();
    }
    ranking.gather(logits, maxima, maxima.reachedBy(count));
    ranking.sort();
    List<TokenLogprobs.Alternative> top = new ArrayList<>(count);
    for (int i = 0; i < Math.min(count, ranking.size()); i++) {
      int id = ranking.id(i);
      top.add(new TokenLogprobs.Alternative(id, logits[id] - logOfSum));
    }
    return List.copyOf(top);
  }
}
