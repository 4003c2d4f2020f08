package dev.argus.decoder.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final int END = 0;

  @Test
  void greedyTakesTheHighestLogitAndTheLowestIdAmongEquals() {
    float[] logits = {-1, 3, Float.NEGATIVE_INFINITY, 3, 2};
    assertThat(choose(logits, Sampling.GREEDY, 0)).isEqualTo(1);
    assertThat(choose(new float[] {-0.0f, 0.0f}, Sampling.GREEDY, 0)).isZero();
  }

  @Test
  void drawsByProbability() {
    float[] logits = {0, 1, 2, -1, Float.NEGATIVE_INFINITY};
    assertDistribution(logits, sampling(0.7f, 1, 0, 0));
  }

  @Test
  void dropsWhatTopKDrops() {
    assertDistribution(new float[] {0, 1, 1, 1, -1, 0.5f}, sampling(1, 1, 2, 0));
  }

  @Test
  void dropsWhatTopPDrops() {
    assertDistribution(new float[] {0, 1, 2, -1, 1}, sampling(1, 0.8f, 0, 0));
  }

  @Test
  void dropsWhatMinPDrops() {
    assertDistribution(new float[] {0, 1, 2, -1, 1.9f}, sampling(1, 1, 0, 0.3f));
  }

  @Test
  void appliesTopPToWhatTopKLeft() {
    // Of all, 0.8 needs four tokens; of the first three, renormalised, two.
    float[] logits = logs(0.35, 0.3, 0.1, 0.1, 0.08, 0.07);
    assertDistribution(logits, sampling(1, 0.8f, 3, 0));
    assertThat(reference(logits, sampling(1, 0.8f, 3, 0))).containsOnlyKeys(0, 1);
  }

  @Test
  void appliesMinPAfterTemperatureAndBeforeTopP() {
    float[] logits = logs(0.5, 0.2, 0.1, 0.1, 0.05, 0.05);
    assertDistribution(logits, sampling(0.5f, 0.9f, 0, 0.1f));
    assertThat(reference(logits, sampling(0.5f, 1, 0, 0.1f))).containsOnlyKeys(0, 1);
  }

  /** Whole vocabularies, so that histograms, blocks and thresholds all have something to do. */
  @Test
  void drawsFromLargeVocabulariesByProbability() {
    Random random = new Random(11);
    for (float spread : new float[] {0.01f, 1, 6}) {
      float[] logits = gaussian(random, 49_280, spread);
      assertFits(logits, sampling(1, 1, 0, 0));
      assertFits(logits, sampling(0.8f, 0.9f, 0, 0));
      assertFits(logits, sampling(1.3f, 1, 5_000, 0));
      assertFits(logits, sampling(1, 0.95f, 50, 0.01f));
    }
  }

  /** Every token that is drawn is one that the reference keeps. */
  @Test
  void keepsExactlyTheTokensThatTheReferenceKeeps() {
    Random random = new Random(3);
    for (int run = 0; run < 4_000; run++) {
      float[] logits = withEquals(random, run % 8 == 0 ? 4000 : 40, 0.5f);
      Sampling sampling =
          Sampling.GREEDY
              .withTemperature(0.1f + random.nextFloat())
              .withTopP(random.nextInt(3) == 0 ? 1 : 0.05f + 0.9f * random.nextFloat())
              .withTopK(random.nextInt(3) == 0 ? random.nextInt(2000) : random.nextInt(8))
              .withMinP(random.nextInt(3) == 0 ? random.nextFloat() : 0)
              .withSeed(random.nextLong());
      assertThat(reference(logits, sampling))
          .as("run %d: %s", run, sampling)
          .containsKey(choose(logits, sampling, run));
    }
  }

  /** Whatever else there is in the row, and however many are equal to the last that counts. */
  @Test
  void drawsOfTheHighestWhatItDrawsOfAll() {
    Random random = new Random(5);
    for (int run = 0; run < 4_000; run++) {
      float[] logits = withEquals(random, run % 8 == 0 ? 4000 : 40, run % 2 == 0 ? 0.5f : 100);
      Sampling sampling =
          Sampling.GREEDY
              .withTemperature(0.1f + random.nextFloat())
              .withTopP(random.nextBoolean() ? 1 : 0.05f + 0.9f * random.nextFloat())
              .withTopK(1 + random.nextInt(Math.min(63, logits.length)))
              .withMinP(random.nextInt(3) == 0 ? random.nextFloat() : 0)
              .withSeed(random.nextLong());
      TokenHistory history = history(sampling, logits.length, run);
      assertThat(TokenSampler.takesFirst(sampling, history)).hasValue(sampling.topK());

      var sampler = new TokenSampler(logits.length);
      TopLogits top = top(logits, sampling.topK(), random);
      assertThat(sampler.choose(top, sampling, history).id())
          .as("run %d: %s", run, sampling)
          .isEqualTo(sampler.choose(logits.clone(), sampling, history).id());
    }
  }

  /** Of a random length, at multiples of a step, so that equals are likely. */
  private static float[] withEquals(Random random, int most, float step) {
    float[] logits = new float[2 + random.nextInt(most)];
    for (int id = 0; id < logits.length; id++) {
      logits[id] = Math.round(random.nextGaussian() * 4) * step;
    }
    return logits;
  }

  private static TopLogits top(float[] logits, int count, Random random) {
    List<Integer> ranked = ReferenceSampler.ranked(logits);
    float least = logits[ranked.get(count - 1)];
    List<Integer> ids = new ArrayList<>(ranked.stream().filter(id -> logits[id] >= least).toList());
    Collections.shuffle(ids, random);
    float[] highest = new float[ids.size()];
    for (int i = 0; i < highest.length; i++) {
      highest[i] = logits[ids.get(i)];
    }
    return new TopLogits(ids.stream().mapToInt(id -> id).toArray(), highest);
  }

  /** With the answer so far, biases and penalties: token by token as the reference has them. */
  @Test
  void adjustsLogitsAsTheReferenceDoes() {
    Random random = new Random(5);
    for (int run = 0; run < 500; run++) {
      int vocabulary = 5 + random.nextInt(40);
      int[] prompt = random.ints(random.nextInt(20), 0, vocabulary).toArray();
      Sampling sampling = randomAdjustments(random, vocabulary);
      var history = new TokenHistory(sampling, prompt, Set.of(END), vocabulary, Optional.empty());
      var sampler = new TokenSampler(vocabulary);
      List<Integer> answer = new ArrayList<>();
      for (int index = 0; index < 12; index++) {
        float[] logits = gaussian(random, vocabulary, 2);
        float[] expected = ReferenceSampler.adjusted(logits, sampling, prompt, answer, END);
        ChosenToken chosen = sampler.choose(logits.clone(), sampling, history);
        assertThat(chosen.id())
            .as("run %d, token %d: %s", run, index, sampling)
            .isEqualTo(ReferenceSampler.highest(expected));
        assertThat(chosen.logprobs().orElseThrow().chosen())
            .isCloseTo(ReferenceSampler.logprob(logits, chosen.id()), within(1e-9));
        history.add(chosen.id());
        answer.add(chosen.id());
      }
    }
  }

  @Test
  void tellsTheLogprobsOfTheModelsOwnDistribution() {
    Random random = new Random(9);
    for (int size : new int[] {3, 300, 6_000, 49_280}) {
      float[] logits = gaussian(random, size, 3);
      logits[1] = logits[0]; // the lower id first
      Sampling sampling =
          sampling(0.5f, 0.9f, 40, 0)
              .withLogprobs(20)
              .withLogitBias(Map.of(2, 5f))
              .withPenalties(new Penalties(1.5f, 1, 1));
      var history = new TokenHistory(sampling, new int[] {0}, Set.of(END), size, Optional.empty());
      ChosenToken chosen = new TokenSampler(size).choose(logits.clone(), sampling, history);
      TokenLogprobs logprobs = chosen.logprobs().orElseThrow();
      assertThat(logprobs.chosen())
          .isCloseTo(ReferenceSampler.logprob(logits, chosen.id()), within(1e-9));
      assertThat(logprobs.top())
          .extracting(TokenLogprobs.Alternative::id)
          .isEqualTo(ReferenceSampler.ranked(logits).stream().limit(20).toList());
      assertThat(logprobs.top())
          .allSatisfy(other ->
              assertThat(other.logprob())
                  .isCloseTo(ReferenceSampler.logprob(logits, other.id()), within(1e-9)));
    }
  }

  @Test
  void tellsTheChosenTokensLogprobAlone() {
    var logprobs = chosen(logs(0.5, 0.25, 0.25), Sampling.GREEDY.withLogprobs(0)).logprobs();
    assertThat(logprobs.orElseThrow().chosen()).isCloseTo(Math.log(0.5), within(1e-6));
    assertThat(logprobs.orElseThrow().top()).isEmpty();
    assertThat(chosen(logs(0.5, 0.5), Sampling.GREEDY).logprobs()).isEmpty();
  }

  @Test
  void neverDrawsWhatTheModelRulesOut() {
    float[] logits = {Float.NEGATIVE_INFINITY, -3e38f, 1, Float.NEGATIVE_INFINITY};
    for (int index = 0; index < 200; index++) {
      assertThat(choose(logits, sampling(2, 1, 0, 0), index)).isEqualTo(2);
      assertThat(choose(logits, sampling(2, 1, 3, 0), index)).isEqualTo(2);
      assertThat(choose(logits, sampling(2, 0.999f, 0, 0), index)).isEqualTo(2);
    }
  }

  @Test
  void theSameSeedAndIndexGiveTheSameToken() {
    float[] logits = new float[1000];
    Sampling sampling = sampling(1, 1, 0, 0);
    List<Integer> first =
        IntStream.range(0, 50).mapToObj(i -> choose(logits, sampling, i)).toList();
    List<Integer> backwards = new ArrayList<>();
    for (int i = 49; i >= 0; i--) {
      backwards.addFirst(choose(logits, sampling, i));
    }
    assertThat(backwards).isEqualTo(first);
    assertThat(first.stream().distinct()).hasSizeGreaterThan(40);
  }

  /** What was drawn once is drawn for ever: a change of these numbers changes users' answers. */
  @Test
  void drawsTheSameTokensOnEveryMachine() {
    float[] logits = new float[49_280];
    for (int id = 0; id < logits.length; id++) {
      logits[id] = (id * 7919 % 49_280) / 4096f;
    }
    assertThat(IntStream.range(0, 6).map(i -> choose(logits, sampling(0.9f, 1, 0, 0), i)).toArray())
        .containsExactly(25010, 43393, 28644, 41364, 47606, 12950);
    assertThat(
            IntStream.range(0, 6).map(i -> choose(logits, sampling(0.9f, 0.3f, 0, 0), i)).toArray())
        .containsExactly(22969, 43393, 19534, 8818, 47606, 12950);
  }

  @Test
  void anotherSeedGivesOtherTokens() {
    float[] logits = new float[1000];
    long same =
        IntStream.range(0, 1000)
            .filter(i ->
                choose(logits, sampling(1, 1, 0, 0).withSeed(1), i)
                    == choose(logits, sampling(1, 1, 0, 0).withSeed(2), i))
            .count();
    assertThat(same).isLessThan(10);
  }

  @Test
  void aTinyTemperatureIsGreedy() {
    assertThat(choose(new float[] {1, 1.001f, 1}, sampling(Float.MIN_VALUE, 1, 0, 0), 5)).isOne();
    assertThat(choose(new float[] {1, 1.001f, 1}, sampling(1e-5f, 1, 0, 0), 5)).isOne();
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    assertFault(new float[] {1, Float.NaN});
    assertFault(new float[] {Float.NaN, 1});
    assertFault(new float[] {1, Float.intBitsToFloat(0xFFC00000)});
    assertFault(new float[] {Float.intBitsToFloat(0xFF800001), Float.NEGATIVE_INFINITY});
    assertFault(new float[] {1, Float.POSITIVE_INFINITY});
    assertFault(new float[] {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY});
  }

  @Test
  void randomNumbersAreUniform() {
    int[] buckets = new int[10];
    for (int i = 0; i < 100_000; i++) {
      buckets[(int) (10 * CounterRandom.uniform(i % 100, i / 100, i % 3))]++;
    }
    for (int count : buckets) {
      assertThat(count).isCloseTo(10_000, within(400));
    }
  }

  private static Sampling randomAdjustments(Random random, int vocabulary) {
    boolean penalised = random.nextInt(3) > 0;
    return Sampling.GREEDY
        .withLogprobs(0)
        .withPenalties(
            penalised
                ? new Penalties(
                    0.2f + 2 * random.nextFloat(),
                    4 * random.nextFloat() - 2,
                    4 * random.nextFloat() - 2)
                : Penalties.NONE)
        .withLogitBias(
            random.nextBoolean()
                ? Map.of(random.nextInt(vocabulary), 20 * random.nextFloat() - 10)
                : Map.of())
        .withStopping(
            Stopping.DEFAULT
                .withMinTokens(random.nextInt(8))
                .withTokenIds(Set.of(random.nextInt(vocabulary))));
  }

  private static void assertFault(float[] logits) {
    assertThatThrownBy(() -> choose(logits, Sampling.GREEDY, 0)).isInstanceOf(ModelFault.class);
  }

  private static void assertDistribution(float[] logits, Sampling sampling) {
    int draws = 20_000;
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < draws; i++) {
      counts.merge(choose(logits, sampling, i), 1, Integer::sum);
    }
    Map<Integer, Double> expected = reference(logits, sampling);
    assertThat(counts.keySet()).isEqualTo(expected.keySet());
    expected.forEach((id, probability) ->
        assertThat(counts.getOrDefault(id, 0) / (double) draws)
            .as("token %d", id)
            .isCloseTo(probability, within(0.02)));
  }

  /**
   * Kolmogorov and Smirnov's test at the 0.1 % level: the reference's cumulative probability of the
   * drawn tokens is uniform.
   */
  private static void assertFits(float[] logits, Sampling sampling) {
    Map<Integer, Double> expected = reference(logits, sampling);
    int draws = 400;
    var sampler = new TokenSampler(logits.length);
    double[] before = new double[logits.length + 1];
    for (int id = 0; id < logits.length; id++) {
      before[id + 1] = before[id] + expected.getOrDefault(id, 0.0);
    }
    double[] places = new double[draws];
    Random spread = new Random(1);
    for (int i = 0; i < draws; i++) {
      int id = sampler.choose(logits.clone(), sampling, history(sampling, logits.length, i)).id();
      assertThat(expected).containsKey(id);
      places[i] = before[id] + spread.nextDouble() * (before[id + 1] - before[id]);
    }
    Arrays.sort(places);
    double distance = 0;
    for (int i = 0; i < draws; i++) {
      distance = Math.max(distance, Math.abs(places[i] - (i + 0.5) / draws));
    }
    assertThat(distance).as("%s", sampling).isLessThan(1.95 / Math.sqrt(draws));
  }

  private static Map<Integer, Double> reference(float[] logits, Sampling sampling) {
    return ReferenceSampler.distribution(logits, sampling);
  }

  private static int choose(float[] logits, Sampling sampling, int index) {
    var history = history(sampling, logits.length, index);
    return new TokenSampler(logits.length).choose(logits.clone(), sampling, history).id();
  }

  private static ChosenToken chosen(float[] logits, Sampling sampling) {
    return new TokenSampler(logits.length)
        .choose(logits, sampling, history(sampling, logits.length, 0));
  }

  private static TokenHistory history(Sampling sampling, int vocabulary, int generated) {
    var history = new TokenHistory(sampling, new int[0], Set.of(END), vocabulary, Optional.empty());
    for (int i = 0; i < generated; i++) {
      history.add(END);
    }
    return history;
  }

  private static Sampling sampling(float temperature, float topP, int topK, float minP) {
    return Sampling.GREEDY
        .withTemperature(temperature)
        .withTopP(topP)
        .withTopK(topK)
        .withMinP(minP)
        .withSeed(99);
  }

  private static float[] gaussian(Random random, int size, float spread) {
    float[] logits = new float[size];
    for (int id = 0; id < size; id++) {
      logits[id] = (float) random.nextGaussian() * spread;
    }
    return logits;
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int id = 0; id < logits.length; id++) {
      logits[id] = (float) Math.log(probabilities[id]);
    }
    return logits;
  }
}
