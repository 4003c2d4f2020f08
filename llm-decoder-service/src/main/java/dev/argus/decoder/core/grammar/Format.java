package dev.argus.decoder.core.grammar;

import java.util.List;

/** What form an answer has. Unchecked: {@link Grammars} says what is wrong with it. */
public sealed interface Format {

  /** What kind it is, as metrics and spans name it. */
  default String kind() {
    return switch (this) {
      case JsonSchema _ -> "json_schema";
      case Regex _ -> "regex";
      case Choices _ -> "choices";
      case Regions _ -> "regions";
      case JsonObject _ -> "json_object";
    };
  }

  /** A JSON value that is valid by a JSON Schema, given as JSON text. */
  record JsonSchema(String schema) implements Format {}

  /** Text that matches a regular expression from its beginning to its end. */
  record Regex(String expression) implements Format {}

  /** One of several texts. */
  record Choices(List<String> values) implements Format {
    public Choices {
      values = List.copyOf(values);
    }
  }

  /** Things in the picture and where they are, in the model's own dialect. */
  record Regions() implements Format {}

  /** Any JSON object. */
  record JsonObject() implements Format {}
}
