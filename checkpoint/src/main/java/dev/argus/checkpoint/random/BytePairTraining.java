package dev.argus.checkpoint.random;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Learns a byte pair encoding: again and again, the pair of neighbouring symbols that is most
 * frequent becomes a symbol of its own (Sennrich, Haddow and Birch, 2016).
 *
 * <p>Deterministic: of equally frequent pairs the first in the order of characters is taken. Two
 * merges may have the same product. Used by one thread.
 */
final class BytePairTraining {
  private final List<List<String>> words = new ArrayList<>();
  private final List<Long> frequencies = new ArrayList<>();
  private final Map<Merge, Long> counts = new HashMap<>();
  private final Map<Merge, Set<Integer>> places = new HashMap<>();

  private BytePairTraining(Map<String, Long> corpus) {
    corpus.forEach((word, frequency) -> {
      words.add(new ArrayList<>(word.chars().mapToObj(Character::toString).toList()));
      frequencies.add(frequency);
      count(words.size() - 1, 1);
    });
  }

  /**
   * The merges, in the order in which they apply.
   *
   * @param corpus frequencies of words, spelled in the vocabulary's characters
   * @param limit most different products; there are fewer where every word has become one symbol
   */
  static List<Merge> learn(Map<String, Long> corpus, int limit) {
    BytePairTraining training = new BytePairTraining(corpus);
    List<Merge> merges = new ArrayList<>();
    Set<String> products = new HashSet<>();
    while (products.size() < limit && !training.counts.isEmpty()) {
      Merge best = training.mostFrequent();
      training.apply(best);
      merges.add(best);
      products.add(best.product());
    }
    return merges;
  }

  private Merge mostFrequent() {
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Merge, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow()
        .getKey();
  }

  private void apply(Merge merge) {
    for (int word : List.copyOf(places.getOrDefault(merge, Set.of()))) {
      count(word, -1);
      List<String> symbols = words.get(word);
      for (int i = 0; i + 1 < symbols.size(); i++) {
        if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
          symbols.set(i, merge.product());
          symbols.remove(i + 1);
        }
      }
      count(word, 1);
    }
  }

  /** Adds a word's pairs to the counts, or takes them away. */
  private void count(int word, int sign) {
    List<String> symbols = words.get(word);
    for (int i = 0; i + 1 < symbols.size(); i++) {
      Merge pair = new Merge(symbols.get(i), symbols.get(i + 1));
      long frequency = counts.getOrDefault(pair, 0L) + sign * frequencies.get(word);
      if (frequency > 0) {
        counts.put(pair, frequency);
      } else {
        counts.remove(pair);
      }
      Set<Integer> at = places.computeIfAbsent(pair, _ -> new HashSet<>());
      if (sign > 0) {
        at.add(word);
      } else {
        at.remove(word);
      }
    }
  }
}
