package dev.argus.decoder.core.grammar;

import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.grammar.syntax.Expression;
import dev.argus.decoder.core.grammar.syntax.Rules;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compiles forms of answers for one model, and keeps the last used ones, by their texts.
 * Thread-safe; what it gives belongs to the thread of the model's scheduler.
 */
public final class Grammars {
  private static final int KEPT = 32;

  private final Vocabulary vocabulary;
  private final Expression regions;
  private final Map<Format, Grammar> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

  /**
   * @param regions how the model writes regions
   */
  public Grammars(Vocabulary vocabulary, Expression regions) {
    this.vocabulary = vocabulary;
    this.regions = regions;
  }

  /**
   * The grammar of a form.
   *
   * @throws InvalidInput if there cannot be one, naming the field and what in it is wrong
   */
  public Grammar of(Format format) {
    synchronized (this) {
      Grammar known = kept.get(format);
      if (known != null) {
        return known;
      }
    }
    Grammar made = compile(format);
    synchronized (this) {
      Grammar first = kept.putIfAbsent(format, made);
      if (kept.size() > KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
      return first == null ? made : first;
    }
  }

  private Grammar compile(Format format) {
    String field = field(format);
    Rules rules =
        switch (format) {
          case Format.JsonSchema schema -> Rules.jsonSchema(schema.schema(), field);
          case Format.Regex regex -> Rules.regularExpression(regex.expression(), field);
          case Format.Choices choices -> Rules.choices(choices.values(), field);
          case Format.JsonObject _ -> Rules.jsonObject(field);
          case Format.Regions _ -> Rules.expression(regions, field);
        };
    boolean shortens = !(format instanceof Format.Regions);
    return new Grammar(new Transitions(rules, vocabulary, field), vocabulary, shortens);
  }

  private static String field(Format format) {
    return switch (format) {
      case Format.JsonSchema _ -> "response_format.json_schema.schema";
      case Format.Regex _ -> "response_format.regex";
      case Format.Choices _ -> "response_format.choices.values";
      case Format.JsonObject _ -> "response_format.json_object";
      case Format.Regions _ -> "response_format.regions";
    };
  }
}
