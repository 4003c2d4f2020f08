package dev.argus.decoder.core.grammar.syntax;

import dev.argus.decoder.core.grammar.syntax.Expression.Choice;
import dev.argus.decoder.core.grammar.syntax.Expression.Repeat;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Pieces of JSON. After a comma and a colon there may be one space, and nowhere else: enough for
 * how models write, and no room to wander. Numbers have at most 15 digits before and after the
 * point, so that every reader takes them as they are.
 */
public final class JsonText {
  private static final int MOST_DIGITS = 15;
  static final long LARGEST = 999_999_999_999_999L;

  private static final Expression DIGIT = Expression.range('0', '9');
  private static final Expression SPACE = Expression.text(" ").optional();
  private static final Expression HEX =
      Expression.choice(DIGIT, Expression.range('a', 'f'), Expression.range('A', 'F'));

  static final Expression COMMA = Expression.sequence(Expression.text(","), SPACE);
  static final Expression COLON = Expression.sequence(Expression.text(":"), SPACE);

  /** A character of a string, also one that is escaped without need; no half of a pair. */
  static final Expression CHARACTER =
      known(
          Expression.choice(
              Alphabet.TEXT.of(unescaped()),
              Expression.sequence(
                  Expression.text("\\"),
                  new Choice(
                      "\"\\bfnrt"
                          .chars()
                          .mapToObj(sign -> Expression.range((char) sign, (char) sign))
                          .toList())),
              Expression.sequence(
                  Expression.text("\\u"),
                  Expression.choice(
                      Expression.sequence(
                          Expression.choice(
                              DIGIT,
                              Expression.range('a', 'c'),
                              Expression.range('e', 'f'),
                              Expression.range('A', 'C'),
                              Expression.range('E', 'F')),
                          HEX),
                      Expression.sequence(
                          Expression.choice(Expression.text("d"), Expression.text("D")),
                          Expression.range('0', '7'))),
                  HEX,
                  HEX)));

  /** Any string. */
  public static final Expression STRING = known(string(CHARACTER.any()));

  /** Any integer of at most 15 digits. */
  static final Expression INTEGER = known(integer(-LARGEST, LARGEST));

  /** Any number, with an exponent of at most two digits. */
  static final Expression NUMBER =
      known(
          Expression.sequence(
              Expression.text("-").optional(),
              natural(0, LARGEST),
              Expression.sequence(Expression.text("."), new Repeat(DIGIT, 1, MOST_DIGITS))
                  .optional(),
              Expression.sequence(
                      Expression.choice(Expression.text("e"), Expression.text("E")),
                      Expression.choice(Expression.text("+"), Expression.text("-")).optional(),
                      new Repeat(DIGIT, 1, 2))
                  .optional()));

  static final Expression BOOLEAN =
      Expression.choice(Expression.text("true"), Expression.text("false"));
  static final Expression NULL = Expression.text("null");

  private JsonText() {}

  private static Expression known(Expression expression) {
    return new Expression.Known(Determinization.of(expression, new Effort("json")));
  }

  private static BitSet unescaped() {
    BitSet characters = Alphabet.all();
    characters.clear(0, ' ');
    characters.clear('"');
    characters.clear('\\');
    return characters;
  }

  /** A string with this between its quotes. */
  static Expression string(Expression content) {
    return Expression.sequence(Expression.text("\""), content, Expression.text("\""));
  }

  /**
   * An array.
   *
   * @param most items; {@link Repeat#UNLIMITED} or at least {@code least}
   */
  static Expression array(Expression item, int least, int most) {
    if (most == 0) {
      return Expression.text("[]");
    }
    int others = most == Repeat.UNLIMITED ? most : most - 1;
    Expression items =
        Expression.sequence(
            item, new Repeat(Expression.sequence(COMMA, item), Math.max(0, least - 1), others));
    return Expression.sequence(
        Expression.text("["), least == 0 ? items.optional() : items, Expression.text("]"));
  }

  /**
   * An object of any names.
   *
   * @param value of each
   */
  static Expression anyObject(Expression value) {
    Expression pair = Expression.sequence(STRING, COLON, value);
    return Expression.sequence(
        Expression.text("{"),
        Expression.sequence(pair, Expression.sequence(COMMA, pair).any()).optional(),
        Expression.text("}"));
  }

  /** An integer of a range, both ends included, which are of at most 15 digits. */
  public static Expression integer(long least, long most) {
    List<Expression> parts = new ArrayList<>();
    if (least < 0) {
      Expression magnitude = natural(Math.max(1, -Math.min(most, -1)), -least);
      parts.add(Expression.sequence(Expression.text("-"), magnitude));
    }
    if (most >= 0) {
      parts.add(natural(Math.max(0, least), most));
    }
    return new Choice(parts);
  }

  private static Expression natural(long least, long most) {
    List<Expression> parts = new ArrayList<>();
    long low = least;
    while (low <= most) {
      int digits = Long.toString(low).length();
      long longest = Long.parseLong("9".repeat(digits));
      long high = Math.min(most, longest);
      parts.add(between(Long.toString(low), Long.toString(high)));
      low = longest + 1;
    }
    return new Choice(parts);
  }

  /** Digits from one word of them to another of the same length. */
  private static Expression between(String low, String high) {
    if (low.isEmpty()) {
      return Expression.empty();
    }
    char first = low.charAt(0);
    char last = high.charAt(0);
    String lower = low.substring(1);
    String upper = high.substring(1);
    if (first == last) {
      return Expression.sequence(Expression.range(first, first), between(lower, upper));
    }
    int rest = lower.length();
    String zeros = "0".repeat(rest);
    String nines = "9".repeat(rest);
    List<Expression> parts = new ArrayList<>();
    char from = first;
    char to = last;
    if (!lower.equals(zeros)) {
      parts.add(Expression.sequence(Expression.range(first, first), between(lower, nines)));
      from++;
    }
    if (!upper.equals(nines)) {
      parts.add(Expression.sequence(Expression.range(last, last), between(zeros, upper)));
      to--;
    }
    if (from <= to) {
      parts.add(Expression.sequence(Expression.range(from, to), new Repeat(DIGIT, rest, rest)));
    }
    return new Choice(parts);
  }
}
