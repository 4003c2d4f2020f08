package dev.argus.decoder.core.grammar.syntax;

import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.grammar.syntax.Expression.Choice;
import dev.argus.decoder.core.grammar.syntax.Expression.Repeat;
import dev.argus.decoder.core.grammar.syntax.Expression.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads a regular expression in ECMAScript's syntax (with the {@code u} flag), as far as it is
 * regular: no look-around, no back-references, no word boundaries, no {@code \p}; {@code ^} and
 * {@code $} only at the ends of the expression or of an alternative that is not in a group.
 */
final class RegularExpression {
  private static final int MOST_TIMES = 10_000;
  private static final int DEEPEST = 100;
  private static final int END = -1;

  /** About as much work as a step of {@link Determinization}. */
  private static final int CHARACTERS_A_STEP = 64;

  private final int[] text;
  private final Alphabet alphabet;
  private final boolean anywhere;
  private final String field;
  private final Effort effort;
  private int at;
  private int depth;

  private RegularExpression(
      String text, Alphabet alphabet, boolean anywhere, String field, Effort effort) {
    this.text = text.codePoints().toArray();
    this.alphabet = alphabet;
    this.anywhere = anywhere;
    this.field = field;
    this.effort = effort;
  }

  /**
   * The texts that match from beginning to end.
   *
   * @param field what to name when it cannot be read
   */
  static Expression whole(String text, Alphabet alphabet, String field, Effort effort) {
    return new RegularExpression(text, alphabet, false, field, effort).read();
  }

  /** The texts in which there is a match anywhere, as JSON Schema has it. */
  static Expression anywhere(String text, Alphabet alphabet, String field, Effort effort) {
    return new RegularExpression(text, alphabet, true, field, effort).read();
  }

  private Expression read() {
    List<Expression> alternatives = new ArrayList<>();
    do {
      alternatives.add(outermost());
    } while (take('|'));
    if (at < text.length) {
      throw refuse("has a ) without a (");
    }
    return new Choice(alternatives);
  }

  private Expression outermost() {
    Expression others = anywhere ? alphabet.of(Alphabet.all()).any() : Expression.empty();
    Expression before = take('^') ? Expression.empty() : others;
    Expression middle = sequence();
    Expression after = take('$') ? Expression.empty() : others;
    if (peek() != '|' && peek() != ')' && peek() != END) {
      throw refuse("has a $ before the end of an alternative");
    }
    return Expression.sequence(before, middle, after);
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    while (peek() != END && peek() != '|' && peek() != ')' && peek() != '$') {
      parts.add(repeated(atom()));
    }
    return new Sequence(parts);
  }

  private Expression repeated(Expression part) {
    return switch (peek()) {
      case '*' -> times(part, 0, Repeat.UNLIMITED);
      case '+' -> times(part, 1, Repeat.UNLIMITED);
      case '?' -> times(part, 0, 1);
      case '{' -> counted(part);
      default -> part;
    };
  }

  private Expression times(Expression part, int least, int most) {
    at++;
    take('?'); // Lazy or not, the same texts match.
    return new Repeat(part, least, most);
  }

  private Expression counted(Expression part) {
    at++;
    int least = number();
    int most = least;
    if (take(',')) {
      most = peek() == '}' ? Repeat.UNLIMITED : number();
    }
    expect('}');
    take('?');
    if (most != Repeat.UNLIMITED && most < least) {
      throw refuse("repeats from %d to %d times".formatted(least, most));
    }
    return new Repeat(part, least, most);
  }

  private int number() {
    int from = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9' && value <= MOST_TIMES) {
      value = 10 * value + (text[at++] - '0');
    }
    if (at == from || value > MOST_TIMES) {
      throw refuse("needs a number from 0 to %d".formatted(MOST_TIMES));
    }
    return value;
  }

  private Expression atom() {
    int character = text[at++];
    return switch (character) {
      case '(' -> group();
      case '[' -> anyOf(set());
      case '.' -> anyOf(Alphabet.not(lineEnds()));
      case '\\' -> anyOf(escape());
      case '^' -> throw refuse("has a ^ that is not at the beginning of an alternative");
      case '*', '+', '?', '{', '}', ']' ->
          throw refuse("has a %c that must be escaped".formatted(character));
      default -> anyOf(one(character));
    };
  }

  private Expression anyOf(BitSet characters) {
    effort.steps(1 + characters.size() / CHARACTERS_A_STEP);
    return alphabet.of(characters);
  }

  private Expression group() {
    if (take('?')) {
      groupKind();
    }
    if (++depth > DEEPEST) {
      throw refuse("has groups more than %d deep".formatted(DEEPEST));
    }
    List<Expression> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
      if (peek() == '$') {
        throw refuse("has a $ in a group");
      }
    } while (take('|'));
    expect(')');
    depth--;
    return new Choice(alternatives);
  }

  private void groupKind() {
    if (take(':')) {
      return;
    }
    boolean named = take('<') && peek() != '=' && peek() != '!';
    if (!named) {
      throw refuse("looks around, which is not supported");
    }
    while (peek() != '>' && peek() != END) {
      at++;
    }
    expect('>');
  }

  private BitSet set() {
    boolean others = take('^');
    BitSet set = new BitSet();
    while (peek() != ']') {
      if (peek() == END) {
        throw refuse("has a [ without a ]");
      }
      BitSet first = setMember();
      if (peek() == '-' && at + 1 < text.length && text[at + 1] != ']') {
        at++;
        BitSet last = setMember();
        if (first.cardinality() != 1 || last.cardinality() != 1) {
          throw refuse("has a range between classes");
        }
        if (last.nextSetBit(0) < first.nextSetBit(0)) {
          throw refuse("has a range whose end comes before its beginning");
        }
        set.set(first.nextSetBit(0), last.nextSetBit(0) + 1);
      } else {
        set.or(first);
      }
    }
    at++;
    set.and(Alphabet.all());
    return others ? Alphabet.not(set) : set;
  }

  private BitSet setMember() {
    int character = text[at++];
    if (character != '\\') {
      return one(character);
    }
    return take('b') ? one('\b') : escape();
  }

  private BitSet escape() {
    if (at == text.length) {
      throw refuse("ends with a \\");
    }
    int character = text[at++];
    return switch (character) {
      case 'd' -> digits();
      case 'D' -> Alphabet.not(digits());
      case 'w' -> wordCharacters();
      case 'W' -> Alphabet.not(wordCharacters());
      case 's' -> spaces();
      case 'S' -> Alphabet.not(spaces());
      case 't' -> one('\t');
      case 'n' -> one('\n');
      case 'r' -> one('\r');
      case 'f' -> one('\f');
      case 'v' -> one(0x0B);
      case '0' -> one(0);
      case 'x' -> one(hexadecimal(2));
      case 'u' -> one(unicode());
      default -> {
        if (Character.isLetterOrDigit(character)) {
          throw refuse("has \\%s, which is not supported".formatted(Character.toString(character)));
        }
        yield one(character);
      }
    };
  }

  private int unicode() {
    if (!take('{')) {
      return hexadecimal(4);
    }
    int from = at;
    while (peek() != '}' && peek() != END) {
      at++;
    }
    int digits = at - from;
    at = from;
    int value = hexadecimal(Math.clamp(digits, 1, 6));
    expect('}');
    return value;
  }

  private int hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() == END ? -1 : Character.digit(text[at++], 16);
      if (digit < 0) {
        throw refuse("needs %d hexadecimal digits".formatted(digits));
      }
      value = 16 * value + digit;
    }
    if (!Alphabet.all().get(value)) {
      throw refuse("names a character that does not exist");
    }
    return value;
  }

  private static BitSet one(int character) {
    BitSet set = new BitSet();
    set.set(character);
    return set;
  }

  private static BitSet digits() {
    BitSet set = new BitSet();
    set.set('0', '9' + 1);
    return set;
  }

  private static BitSet wordCharacters() {
    BitSet set = digits();
    set.set('a', 'z' + 1);
    set.set('A', 'Z' + 1);
    set.set('_');
    return set;
  }

  private static BitSet lineEnds() {
    BitSet set = new BitSet();
    "\n\r\u2028\u2029".chars().forEach(set::set);
    return set;
  }

  private static BitSet spaces() {
    BitSet set = lineEnds();
    "\t\u000B\f \u00A0\u1680\u202F\u205F\u3000\uFEFF".chars().forEach(set::set);
    set.set(0x2000, 0x200A + 1);
    return set;
  }

  private int peek() {
    return at < text.length ? text[at] : END;
  }

  private boolean take(int character) {
    boolean there = peek() == character;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(int character) {
    if (!take(character)) {
      throw refuse("needs a " + Character.toString(character));
    }
  }

  private InvalidInput refuse(String problem) {
    return new InvalidInput(field, "%s (after %d characters)".formatted(problem, at));
  }
}
