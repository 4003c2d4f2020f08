package dev.argus.decoder.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private final TokenSampler sampler = new TokenSampler();

  @Test
  void greedyTakesTheHighestLogitAndTheLowestIdAmongEquals() {
    float[] logits = {-1, 3, Float.NEGATIVE_INFINITY, 3, 2};
    assertThat(sampler.choose(logits, Sampling.GREEDY, 0)).isEqualTo(1);
    assertThat(sampler.choose(new float[] {-0.0f, 0.0f}, Sampling.GREEDY, 0)).isZero();
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

  /** Every token that may be drawn is drawn where the reference would draw it. */
  @Test
  void keepsExactlyTheTokensThatTheReferenceKeeps() {
    Random random = new Random(3);
    for (int run = 0; run < 2_000; run++) {
      float[] logits = new float[2 + random.nextInt(40)];
      for (int id = 0; id < logits.length; id++) {
        logits[id] = Math.round(random.nextGaussian() * 4) / 2f; // equals are likely
      }
      Sampling sampling =
          new Sampling(
              OptionalInt.empty(),
              0.1f + random.nextFloat(),
              random.nextInt(3) == 0 ? 1 : 0.05f + 0.9f * random.nextFloat(),
              random.nextInt(8),
              random.nextInt(3) == 0 ? random.nextFloat() : 0,
              random.nextLong(),
              List.of(),
              false);
      assertThat(reference(logits, sampling))
          .as("run %d: %s", run, sampling)
          .containsKey(sampler.choose(logits, sampling, run));
    }
  }

  @Test
  void theSameSeedAndIndexGiveTheSameToken() {
    float[] logits = new float[1000];
    Sampling sampling = sampling(1, 1, 0, 0);
    List<Integer> first = IntStream.range(0, 50).mapToObj(i -> draw(logits, sampling, i)).toList();
    List<Integer> backwards = new ArrayList<>();
    for (int i = 49; i >= 0; i--) {
      backwards.addFirst(new TokenSampler().choose(logits, sampling, i));
    }
    assertThat(backwards).isEqualTo(first);
    assertThat(first.stream().distinct()).hasSizeGreaterThan(40);
  }

  @Test
  void anotherSeedGivesOtherTokens() {
    float[] logits = new float[1000];
    long same =
        IntStream.range(0, 1000)
            .filter(i -> draw(logits, seeded(1), i) == draw(logits, seeded(2), i))
            .count();
    assertThat(same).isLessThan(10);
  }

  @Test
  void aTinyTemperatureIsGreedy() {
    assertThat(draw(new float[] {1, 1.001f, 1}, sampling(Float.MIN_VALUE, 1, 0, 0), 5)).isOne();
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    assertFault(new float[] {1, Float.NaN});
    assertFault(new float[] {Float.NaN, 1});
    assertFault(new float[] {1, Float.POSITIVE_INFINITY});
    assertFault(new float[] {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY});
  }

  @Test
  void randomNumbersAreUniform() {
    int[] buckets = new int[10];
    for (int i = 0; i < 100_000; i++) {
      buckets[(int) (10 * CounterRandom.uniform(i % 100, i / 100))]++;
    }
    for (int count : buckets) {
      assertThat(count).isCloseTo(10_000, within(400));
    }
  }

  private void assertFault(float[] logits) {
    assertThatThrownBy(() -> sampler.choose(logits, Sampling.GREEDY, 0))
        .isInstanceOf(ModelFault.class);
  }

  private void assertDistribution(float[] logits, Sampling sampling) {
    int draws = 20_000;
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < draws; i++) {
      counts.merge(sampler.choose(logits, sampling, i), 1, Integer::sum);
    }
    Map<Integer, Double> expected = reference(logits, sampling);
    assertThat(counts.keySet()).isEqualTo(expected.keySet());
    expected.forEach((id, probability) ->
        assertThat(counts.getOrDefault(id, 0) / (double) draws)
            .as("token %d", id)
            .isCloseTo(probability, within(0.02)));
  }

  /** The tokens that stay and their probabilities, step by step as the definition says. */
  private static Map<Integer, Double> reference(float[] logits, Sampling sampling) {
    List<Integer> ids =
        new ArrayList<>(
            IntStream.range(0, logits.length)
                .filter(id -> logits[id] > Float.NEGATIVE_INFINITY)
                .boxed()
                .toList());
    ids.sort(
        Comparator.comparingDouble((Integer id) -> -logits[id])
            .thenComparing(Comparator.naturalOrder()));
    double[] weights = weights(logits, logits[ids.getFirst()], sampling.temperature());
    ids.removeIf(id -> weights[id] < sampling.minP());
    if (sampling.topK() > 0 && sampling.topK() < ids.size()) {
      ids = ids.subList(0, sampling.topK());
    }
    double total = total(weights, ids);
    double sum = 0;
    int count = 0;
    while (count < ids.size() && sum < sampling.topP() * total * (1 - 1e-12)) {
      sum += weights[ids.get(count++)];
    }
    List<Integer> left = ids.subList(0, count);
    Map<Integer, Double> probabilities = new TreeMap<>();
    left.forEach(id -> probabilities.put(id, weights[id] / total(weights, left)));
    return probabilities;
  }

  private static double[] weights(float[] logits, double highest, double temperature) {
    return IntStream.range(0, logits.length)
        .mapToDouble(id -> Math.exp((logits[id] - highest) / temperature))
        .toArray();
  }

  private static double total(double[] weights, List<Integer> ids) {
    return ids.stream().mapToDouble(id -> weights[id]).sum();
  }

  private int draw(float[] logits, Sampling sampling, int index) {
    return sampler.choose(logits, sampling, index);
  }

  private static Sampling sampling(float temperature, float topP, int topK, float minP) {
    return new Sampling(OptionalInt.empty(), temperature, topP, topK, minP, 99, List.of(), false);
  }

  private static Sampling seeded(long seed) {
    return new Sampling(OptionalInt.empty(), 1, 1, 0, 0, seed, List.of(), false);
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int id = 0; id < logits.length; id++) {
      logits[id] = (float) Math.log(probabilities[id]);
    }
    return logits;
  }
}
