package dev.argus.decoder.core.grammar.syntax;

import dev.argus.decoder.core.grammar.syntax.Expression.Choice;
import dev.argus.decoder.core.grammar.syntax.Expression.Sequence;
import dev.argus.decoder.core.grammar.syntax.Expression.Symbols;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** How a character is written. */
enum Alphabet {
  /** As its UTF-8. */
  TEXT {
    @Override
    Expression of(BitSet characters) {
      return utf8(characters);
    }
  },

  /** As between the quotes of a JSON string: escaped where it has to be. */
  JSON_STRING {
    @Override
    Expression of(BitSet characters) {
      BitSet plain = (BitSet) characters.clone();
      plain.clear(0, ' ');
      plain.clear('"');
      plain.clear('\\');
      BitSet escaped = (BitSet) characters.clone();
      escaped.andNot(plain);
      List<Expression> parts = new ArrayList<>();
      parts.add(utf8(plain));
      escaped.stream().forEach(character -> parts.add(Expression.text(escape(character))));
      return new Choice(parts);
    }
  };

  private static final int CHARACTERS = Character.MAX_CODE_POINT + 1;

  /** One of some characters. */
  abstract Expression of(BitSet characters);

  /** All characters: code points but for surrogates. */
  static BitSet all() {
    BitSet all = new BitSet(CHARACTERS);
    all.set(0, CHARACTERS);
    all.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
    return all;
  }

  /** All characters but some. */
  static BitSet not(BitSet characters) {
    BitSet others = all();
    others.andNot(characters);
    return others;
  }

  private static String escape(int character) {
    return switch (character) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted(character);
    };
  }

  private static Expression utf8(BitSet characters) {
    List<Expression> parts = new ArrayList<>();
    for (int from = characters.nextSetBit(0); from >= 0; ) {
      int end = characters.nextClearBit(from);
      split(from, Math.min(end, CHARACTERS) - 1, parts);
      from = characters.nextSetBit(end);
    }
    return parts.size() == 1 ? parts.getFirst() : new Choice(parts);
  }

  /** Cuts a range into those whose UTF-8 is one range for each byte. */
  private static void split(int from, int to, List<Expression> parts) {
    for (int longest : new int[] {0x7F, 0x7FF, 0xFFFF}) {
      if (from <= longest && longest < to) {
        split(from, longest, parts);
        split(longest + 1, to, parts);
        return;
      }
    }
    for (int mask = 0x3F; mask <= 0x3FFFF && to > 0x7F; mask = (mask << 6) | 0x3F) {
      if ((from & ~mask) != (to & ~mask)) {
        if ((from & mask) != 0) {
          split(from, from | mask, parts);
          split((from | mask) + 1, to, parts);
          return;
        }
        if ((to & mask) != mask) {
          split(from, (to & ~mask) - 1, parts);
          split(to & ~mask, to, parts);
          return;
        }
      }
    }
    byte[] low = Character.toString(from).getBytes(StandardCharsets.UTF_8);
    byte[] high = Character.toString(to).getBytes(StandardCharsets.UTF_8);
    List<Expression> bytes = new ArrayList<>();
    for (int i = 0; i < low.length; i++) {
      bytes.add(new Symbols(low[i] & 0xFF, high[i] & 0xFF));
    }
    parts.add(bytes.size() == 1 ? bytes.getFirst() : new Sequence(bytes));
  }
}
