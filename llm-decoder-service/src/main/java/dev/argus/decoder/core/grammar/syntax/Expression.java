package dev.argus.decoder.core.grammar.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular set of words over symbols: a symbol is a byte of UTF-8, 0 to 255; a {@link #marker}, a
 * token of its own; or a {@link #rule}, which stands for any word of another set. Immutable.
 */
public sealed interface Expression {
  /** The first marker. */
  int MARKERS = 0x100;

  /** The first rule. */
  int RULES = 0x1_0000;

  /** One symbol, of {@code from} to {@code to}. */
  record Symbols(int from, int to) implements Expression {}

  /** One after another. */
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** One of several; of none, no word at all. */
  record Choice(List<Expression> parts) implements Expression {
    public Choice {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The same again and again.
   *
   * @param least times
   * @param most times; {@link #UNLIMITED} or at least {@code least}
   */
  record Repeat(Expression part, int least, int most) implements Expression {
    /** As often as one likes. */
    public static final int UNLIMITED = -1;
  }

  /**
   * Some of several in their order, with something between each two.
   *
   * <p>Optional parts written out as sequences would take as many states as the square of their
   * number.
   */
  record Series(List<Part> parts, Expression separator) implements Expression {
    public Series {
      parts = List.copyOf(parts);
    }

    /**
     * One of them.
     *
     * @param required whether it cannot be left out
     */
    public record Part(Expression word, boolean required) {}
  }

  /** Words of two sets at once. */
  record Both(Expression first, Expression second) implements Expression {}

  /** What was made an automaton before, which is smaller than what it was made of. */
  record Known(Automaton automaton) implements Expression {}

  /** The empty word alone. */
  static Expression empty() {
    return new Sequence(List.of());
  }

  /** The UTF-8 of a text. */
  static Expression text(String text) {
    List<Expression> bytes = new ArrayList<>();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(new Symbols(value & 0xFF, value & 0xFF));
    }
    return new Sequence(bytes);
  }

  /** One ASCII character of a range. */
  static Expression range(char from, char to) {
    return new Symbols(from, to);
  }

  /** A token that has no text. */
  static Expression marker(int index) {
    return new Symbols(MARKERS + index, MARKERS + index);
  }

  /** Any word of a rule. */
  static Expression rule(int index) {
    return new Symbols(RULES + index, RULES + index);
  }

  /** One after another. */
  static Expression sequence(Expression... parts) {
    return new Sequence(Arrays.asList(parts));
  }

  /** One of several. */
  static Expression choice(Expression... parts) {
    return new Choice(Arrays.asList(parts));
  }

  /** Once or not at all. */
  default Expression optional() {
    return new Repeat(this, 0, 1);
  }

  /** Any number of times, also none. */
  default Expression any() {
    return new Repeat(this, 0, Repeat.UNLIMITED);
  }
}
