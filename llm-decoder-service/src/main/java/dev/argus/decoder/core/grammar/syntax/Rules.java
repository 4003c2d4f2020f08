package dev.argus.decoder.core.grammar.syntax;

import dev.argus.base.failure.InvalidInput;
import java.util.List;

/**
 * A language: the words of rule 0, in which each rule's symbol stands for any of its words. A rule
 * never begins with a rule's symbol that leads back to it. Immutable.
 *
 * @param automata one for each rule
 */
public record Rules(List<Automaton> automata) {
  public Rules {
    automata = List.copyOf(automata);
  }

  private static Rules of(Expression expression, Effort effort) {
    return new Rules(List.of(Determinization.of(expression, effort)));
  }

  /** The texts that match a regular expression from beginning to end. */
  public static Rules regularExpression(String expression, String field) {
    Effort effort = new Effort(field);
    return of(RegularExpression.whole(expression, Alphabet.TEXT, field, effort), effort);
  }

  /** Some texts. */
  public static Rules choices(List<String> texts, String field) {
    return expression(new Expression.Choice(texts.stream().map(Expression::text).toList()), field);
  }

  /** Any JSON object. */
  public static Rules jsonObject(String field) {
    return SchemaRules.of("{\"type\": \"object\"}", field);
  }

  /** The JSON values that are valid by a schema. */
  public static Rules jsonSchema(String schema, String field) {
    return SchemaRules.of(schema, field);
  }

  /**
   * What an expression without rules describes.
   *
   * @throws InvalidInput if it is too large
   */
  public static Rules expression(Expression expression, String field) {
    return of(expression, new Effort(field));
  }
}
