package dev.argus.decoder.core.grammar.syntax;

import dev.argus.decoder.core.grammar.syntax.Expression.Repeat;
import dev.argus.decoder.core.grammar.syntax.Expression.Symbols;
import java.util.BitSet;

/**
 * How models write regions. Where there is none, those that do not write JSON may say so in a
 * sentence that ends with a full stop.
 */
public final class RegionText {
  private static final int LARGEST_COORDINATE = 1000;
  private static final Expression SPACE = Expression.text(" ").optional();
  private static final Expression LABEL = label();
  private static final Expression SENTENCE =
      Expression.sequence(SPACE, LABEL, Expression.text("."));

  private RegionText() {}

  /**
   * Labels, each before the four locations of its box: left, upper, right and lower edge; joined by
   * semicolons.
   *
   * @param count of location tokens, which are the markers from 0
   */
  public static Expression locations(int count) {
    Expression location = new Symbols(Expression.MARKERS, Expression.MARKERS + count - 1);
    Expression region = Expression.sequence(LABEL, new Repeat(location, 4, 4));
    Expression others = Expression.sequence(Expression.text(";"), SPACE, region);
    return Expression.choice(Expression.sequence(SPACE, region, others.any()), SENTENCE);
  }

  /**
   * {@code <ref>label</ref><box>[[x1, y1, x2, y2]]</box>} (InternVL) or {@code
   * <ref>label</ref><box>(x1,y1),(x2,y2)</box>} (Qwen), coordinates from 0 to 1000. The tags are
   * the markers from 0, in this order.
   */
  public static Expression references() {
    Expression region =
        Expression.sequence(
            Expression.marker(0),
            LABEL,
            Expression.marker(1),
            Expression.marker(2),
            Expression.choice(JsonText.array(numbers(), 1, Repeat.UNLIMITED), corners()),
            Expression.marker(3));
    Expression gap =
        Expression.choice(Expression.text(", "), Expression.text("\n"), Expression.text(" "));
    Expression others = Expression.sequence(gap.optional(), region).any();
    return Expression.choice(Expression.sequence(SPACE, region, others), SENTENCE);
  }

  /** {@code [{"bbox_2d": [x1, y1, x2, y2], "label": "..."}]}, coordinates from 0 to 1000. */
  public static Expression json() {
    Expression region =
        Expression.sequence(
            Expression.text("{\"bbox_2d\""),
            JsonText.COLON,
            numbers(),
            JsonText.COMMA,
            Expression.text("\"label\""),
            JsonText.COLON,
            JsonText.STRING,
            Expression.text("}"));
    return Expression.sequence(SPACE, JsonText.array(region, 0, Repeat.UNLIMITED));
  }

  private static Expression numbers() {
    return JsonText.array(JsonText.integer(0, LARGEST_COORDINATE), 4, 4);
  }

  private static Expression corners() {
    Expression number = JsonText.integer(0, LARGEST_COORDINATE);
    Expression corner =
        Expression.sequence(
            Expression.text("("), number, JsonText.COMMA, number, Expression.text(")"));
    return Expression.sequence(corner, JsonText.COMMA, corner);
  }

  /** Words without what divides regions, that do not begin with a space. */
  private static Expression label() {
    BitSet divides = new BitSet();
    divides.set(0, ' ');
    divides.set(0x7F, 0xA0);
    "<>;".chars().forEach(divides::set);
    BitSet first = Alphabet.not(divides);
    first.clear(' ');
    return Expression.sequence(
        Alphabet.TEXT.of(first), Alphabet.TEXT.of(Alphabet.not(divides)).any());
  }
}
