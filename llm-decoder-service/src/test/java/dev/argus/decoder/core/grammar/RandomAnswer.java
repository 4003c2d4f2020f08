package dev.argus.decoder.core.grammar;

import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.decoder.core.sampling.TokenHistory;
import dev.argus.decoder.core.sampling.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * An answer at temperature 2 of a model that knows nothing: its logits are noise, and what closes
 * strings, arrays and objects is made as probable as the test wants.
 *
 * @param tokens all that were generated
 * @param finished whether it ended by itself, and not because it had the most tokens
 */
record RandomAnswer(List<Integer> tokens, boolean finished, boolean shortened) {

  static RandomAnswer of(
      Grammar grammar, Tokenizer tokenizer, Set<Integer> endIds, long seed, int maxTokens) {
    int vocabulary = tokenizer.vocabularySize();
    Random random = new Random(seed);
    Constraint constraint = grammar.begin(maxTokens);
    Sampling sampling =
        Sampling.GREEDY.withTemperature(2).withSeed(seed).withStopping(Stopping.DEFAULT);
    TokenSampler sampler = new TokenSampler(vocabulary);
    TokenHistory history =
        new TokenHistory(sampling, new int[0], endIds, vocabulary, Optional.of(constraint));
    float closing = 12 * random.nextFloat();
    boolean[] closes = new boolean[vocabulary];
    for (int id = 0; id < vocabulary; id++) {
      closes[id] = endIds.contains(id) || tokenizer.decode(id).matches("[\"\\]}.,]+");
    }
    List<Integer> tokens = new ArrayList<>();
    while (tokens.size() < maxTokens) {
      float[] logits = new float[vocabulary];
      for (int id = 0; id < vocabulary; id++) {
        logits[id] = (float) (4 * random.nextGaussian()) + (closes[id] ? closing : 0);
      }
      int token = sampler.choose(logits, sampling, history).id();
      history.add(token);
      tokens.add(token);
      if (endIds.contains(token) || history.finished()) {
        return new RandomAnswer(tokens, true, constraint.shortened());
      }
    }
    return new RandomAnswer(tokens, false, constraint.shortened());
  }

  String text(Tokenizer tokenizer) {
    return tokenizer.decode(tokens.stream().mapToInt(Integer::intValue).toArray());
  }
}
