package dev.argus.decoder.core;

import dev.argus.decoder.core.text.TextDecoder;

/**
 * A vocabulary in which each token is one or two letters of {@code abc}, so that texts repeat and
 * stop strings are likely. Token 0 ends the answer and has no text. Every fifth token holds its
 * last letter back until the next token, as a token does that ends inside a character.
 */
public final class Letters implements TextDecoder {
  /** The token that ends the answer. */
  public static final int END = 0;

  private String pending = "";

  @Override
  public String append(int id) {
    String letters = pending + letters(id);
    boolean holds = id != END && id % 5 == 0;
    pending = holds ? letters.substring(letters.length() - 1) : "";
    return holds ? letters.substring(0, letters.length() - 1) : letters;
  }

  @Override
  public String finish() {
    String last = pending;
    pending = "";
    return last;
  }

  private static String letters(int id) {
    if (id == END) {
      return "";
    }
    String first = String.valueOf((char) ('a' + id % 3));
    return id % 2 == 0 ? first : first + (char) ('a' + id / 3 % 3);
  }
}
