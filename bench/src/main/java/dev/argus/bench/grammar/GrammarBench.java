package dev.argus.bench.grammar;

import dev.argus.base.sampling.Sampling;
import dev.argus.bench.measure.Samples;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.decoder.core.grammar.Constraint;
import dev.argus.decoder.core.grammar.Format;
import dev.argus.decoder.core.grammar.Grammar;
import dev.argus.decoder.core.grammar.GrammarObserver;
import dev.argus.decoder.core.grammar.Grammars;
import dev.argus.decoder.core.grammar.Vocabulary;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.decoder.core.sampling.TokenHistory;
import dev.argus.decoder.core.sampling.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Lets noise answer in a form, and takes the time of each mask. */
final class GrammarBench {
  private static final double NANOS_PER_MILLI = 1e6;

  private final int size;
  private final Set<Integer> endIds;
  private final Grammars grammars;
  private final float[] noise;

  GrammarBench(Checkpoint checkpoint) {
    Tokenizer tokenizer = checkpoint.tokenizer();
    RegionDialect regions = RegionDialect.of(checkpoint.config(), tokenizer);
    size = tokenizer.vocabularySize();
    endIds = checkpoint.config().endOfSequenceIds();
    grammars =
        new Grammars(
            new Vocabulary(size, tokenizer::bytes, regions.markers(), endIds),
            regions.grammar(),
            System::nanoTime,
            GrammarObserver.NONE);
    noise = new float[2 * size];
    Random random = new Random(1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (4 * random.nextGaussian());
    }
  }

  int vocabularySize() {
    return size;
  }

  /** Milliseconds to compile a form that was not seen before, and the grammar. */
  Compiled compile(Format format) {
    long start = System.nanoTime();
    Grammar grammar = grammars.of(format);
    return new Compiled(grammar, (System.nanoTime() - start) / NANOS_PER_MILLI);
  }

  /** Milliseconds of each mask of some answers, one after another. */
  Samples masks(Grammar grammar, int answers, int tokens, long seed) {
    TokenSampler sampler = new TokenSampler(size);
    List<Double> millis = new ArrayList<>();
    for (int answer = 0; answer < answers; answer++) {
      Sampling sampling = Sampling.GREEDY.withTemperature(1).withSeed(seed + answer);
      Constraint constraint = grammar.begin(tokens);
      TokenHistory free = new TokenHistory(sampling, new int[0], endIds, size, Optional.empty());
      for (int i = 0; i < tokens && !constraint.finished(); i++) {
        float[] logits = new float[size];
        System.arraycopy(noise, (int) ((seed + 7919L * answer + 31L * i) % size), logits, 0, size);
        long start = System.nanoTime();
        constraint.mask(logits);
        millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
        int token = sampler.choose(logits, sampling, free).id();
        free.add(token);
        constraint.accept(token);
        if (endIds.contains(token)) {
          break;
        }
      }
    }
    return new Samples(millis);
  }

  /**
   * @param millis that compiling took
   */
  record Compiled(Grammar grammar, double millis) {}
}
