package dev.argus.checkpoint.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A token that a tokenizer recognises before anything else.
 *
 * @param content as texts spell it
 * @param special whether answers leave it out
 */
record AddedToken(String content, boolean special) {

  static List<AddedToken> special(String... contents) {
    return Stream.of(contents).map(content -> new AddedToken(content, true)).toList();
  }

  static List<AddedToken> ordinary(String... contents) {
    return Stream.of(contents).map(content -> new AddedToken(content, false)).toList();
  }

  /** One for each number below the count. */
  static List<AddedToken> numbered(String format, int count, boolean special) {
    return IntStream.range(0, count)
        .mapToObj(number -> new AddedToken(format.formatted(number), special))
        .toList();
  }

  /** A token for each place in a grid of six by six, row by row. */
  static List<AddedToken> tilePlaces() {
    List<AddedToken> tokens = new ArrayList<>();
    for (int row = 1; row <= 6; row++) {
      for (int column = 1; column <= 6; column++) {
        tokens.add(new AddedToken("<row_%d_col_%d>".formatted(row, column), true));
      }
    }
    return tokens;
  }
}
