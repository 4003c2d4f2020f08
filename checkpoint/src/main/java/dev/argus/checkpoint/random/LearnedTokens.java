package dev.argus.checkpoint.random;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The part of a byte-level vocabulary that is learned: from a list of common English words, taken
 * to be as frequent as their places in it suggest.
 *
 * <p>The list is too short for a large vocabulary. What it does not fill is pairs of whole words,
 * which no text ever becomes, because texts are cut before words; a model of random weights may
 * still say them.
 */
final class LearnedTokens {
  /** The characters that spell the 256 bytes, as GPT-2's {@code bytes_to_unicode} has them. */
  static final List<String> BYTES =
      IntStream.concat(
              IntStream.rangeClosed('!', '~'),
              IntStream.concat(
                  IntStream.rangeClosed(0xA1, 0xAC), IntStream.rangeClosed(0xAE, 0x143)))
          .mapToObj(Character::toString)
          .toList();

  /** Spells a space. */
  private static final String SPACE = "\u0120";

  /** Spells a line feed. */
  private static final String LINE_FEED = "\u010a";

  private static final long MOST_FREQUENT = 1_000_000_000;

  private LearnedTokens() {}

  /**
   * The merges that give so many different tokens. Fewer are the beginning of more.
   *
   * @throws IllegalArgumentException if there are not so many
   */
  static List<Merge> merges(int tokens) {
    List<String> words = words();
    List<Merge> merges = new ArrayList<>(BytePairTraining.learn(corpus(words), tokens));
    Set<String> products = new LinkedHashSet<>();
    merges.forEach(merge -> products.add(merge.product()));
    List<String> whole = words.stream().map(SPACE::concat).filter(products::contains).toList();
    for (int later = 0; later < whole.size() && products.size() < tokens; later++) {
      for (int earlier = 0; earlier <= later && products.size() < tokens; earlier++) {
        Merge merge = new Merge(whole.get(later), whole.get(earlier));
        products.add(merge.product());
        merges.add(merge);
      }
    }
    if (products.size() < tokens) {
      throw new IllegalArgumentException(
          "the list of words is enough for %d tokens, not %d".formatted(products.size(), tokens));
    }
    return merges;
  }

  private static List<String> words() {
    String list = new String(Resources.bytes("words.txt"), StandardCharsets.UTF_8);
    return Stream.of(list.split("\\s+")).toList();
  }

  /** Words by Zipf's law, and the runs of spaces and line feeds that documents have. */
  private static Map<String, Long> corpus(List<String> words) {
    Map<String, Long> corpus = new LinkedHashMap<>();
    for (int run = 2; run <= 8; run++) {
      corpus.put(LINE_FEED.repeat(run), MOST_FREQUENT / run);
      corpus.put(SPACE.repeat(run), MOST_FREQUENT / run);
    }
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
      long frequency = MOST_FREQUENT / (i + 2);
      corpus.merge(SPACE + word, frequency, Long::sum);
      corpus.merge(word, frequency / 16, Long::sum);
      corpus.merge(capital, frequency / 16, Long::sum);
      corpus.merge(SPACE + capital, frequency / 16, Long::sum);
    }
    return corpus;
  }
}
