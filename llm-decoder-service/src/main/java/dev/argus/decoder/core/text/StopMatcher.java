package dev.argus.decoder.core.text;

import java.util.List;

/**
 * Finds the first end of any of several strings in a text that comes character by character.
 *
 * <p>Working by characters makes the result independent of how the text is cut into tokens. Each
 * string runs its own Knuth-Morris-Pratt automaton, whose state is the length of the longest
 * beginning of the string that the text so far ends with; a character costs amortised constant time
 * a string.
 *
 * <p>Not thread-safe.
 */
final class StopMatcher {
  private final List<Automaton> automata;

  /**
   * @param strings what to look for; none is empty
   */
  StopMatcher(List<String> strings) {
    this.automata = strings.stream().map(Automaton::new).toList();
  }

  /**
   * Takes the next character.
   *
   * @return the length of the longest string that ends with it; 0 if none does
   */
  int advance(char next) {
    int longest = 0;
    for (Automaton automaton : automata) {
      if (automaton.advance(next)) {
        longest = Math.max(longest, automaton.matched);
      }
    }
    return longest;
  }

  /** How many of the last characters may be the beginning of a string. */
  int pending() {
    int longest = 0;
    for (Automaton automaton : automata) {
      longest = Math.max(longest, automaton.matched);
    }
    return longest;
  }

  private static final class Automaton {
    private final String string;

    /**
     * For each length of a beginning, the length of the longest shorter one that it ends with too.
     */
    private final int[] fallback;

    private int matched;

    Automaton(String string) {
      this.string = string;
      this.fallback = new int[string.length() + 1];
      int length = 0;
      for (int i = 1; i < string.length(); i++) {
        length = extend(length, string.charAt(i));
        fallback[i + 1] = length;
      }
    }

    boolean advance(char next) {
      matched = extend(matched == string.length() ? fallback[matched] : matched, next);
      return matched == string.length();
    }

    private int extend(int length, char next) {
      int from = length;
      while (from > 0 && string.charAt(from) != next) {
        from = fallback[from];
      }
      return string.charAt(from) == next ? from + 1 : 0;
    }
  }
}
