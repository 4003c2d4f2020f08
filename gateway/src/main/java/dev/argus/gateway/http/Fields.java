package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.argus.base.failure.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields of a JSON object, read with their types. A field that is null counts as one that is
 * not there. Failures name a field by its path, such as {@code messages[0].content[1].type}.
 *
 * @param object the object
 * @param path its path and a dot; empty for the whole body
 */
record Fields(JsonNode object, String path) {

  /**
   * An object's fields.
   *
   * @param field the object's path; empty for the whole body
   * @throws InvalidInput when it is no object
   */
  static Fields of(JsonNode value, String field) {
    if (!value.isObject()) {
      throw new InvalidInput(field.isEmpty() ? "The body" : field, "must be a JSON object");
    }
    return new Fields(value, field.isEmpty() ? "" : field + ".");
  }

  /** The path of a field. */
  String name(String field) {
    return path + field;
  }

  boolean has(String field) {
    return !get(field).isMissingNode();
  }

  /** The value; missing where the field is not there. */
  JsonNode get(String field) {
    JsonNode value = object.path(field);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  /** An object in a field; empty where the field is not there. */
  Optional<Fields> object(String field) {
    return has(field) ? Optional.of(of(get(field), name(field))) : Optional.empty();
  }

  Optional<String> text(String field) {
    return has(field) ? Optional.of(text(get(field), name(field))) : Optional.empty();
  }

  String requiredText(String field) {
    return text(field).orElseThrow(() -> wrong(field, "is missing; it must be a string"));
  }

  Optional<Boolean> bool(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    if (!get(field).isBoolean()) {
      throw wrong(field, "must be true or false");
    }
    return Optional.of(get(field).booleanValue());
  }

  OptionalInt integer(String field) {
    return has(field) ? OptionalInt.of(integer(get(field), name(field))) : OptionalInt.empty();
  }

  Optional<Long> wholeNumber(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    if (!get(field).isIntegralNumber() || !get(field).canConvertToLong()) {
      throw wrong(field, "must be a whole number of 64 bits");
    }
    return Optional.of(get(field).longValue());
  }

  Optional<Float> number(String field) {
    return has(field) ? Optional.of(number(get(field), name(field))) : Optional.empty();
  }

  /** The values of a list; empty where the field is not there. */
  List<JsonNode> list(String field) {
    if (!has(field)) {
      return List.of();
    }
    if (!get(field).isArray()) {
      throw wrong(field, "must be a list");
    }
    List<JsonNode> values = new ArrayList<>();
    get(field).forEach(values::add);
    return values;
  }

  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(field)) {
      texts.add(text(value, "%s[%d]".formatted(name(field), texts.size())));
    }
    return texts;
  }

  List<Integer> integers(String field) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode value : list(field)) {
      integers.add(integer(value, "%s[%d]".formatted(name(field), integers.size())));
    }
    return integers;
  }

  /**
   * Refuses fields that nobody reads: most are typing errors.
   *
   * @throws InvalidInput naming the first one
   */
  void allowOnly(Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            throw wrong(field, "is not a field that Argus knows");
          }
        });
  }

  InvalidInput wrong(String field, String problem) {
    return new InvalidInput(name(field), problem);
  }

  static String text(JsonNode value, String field) {
    if (!value.isTextual()) {
      throw new InvalidInput(field, "must be a string");
    }
    return value.textValue();
  }

  static int integer(JsonNode value, String field) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new InvalidInput(field, "must be a whole number of 32 bits");
    }
    return value.intValue();
  }

  static float number(JsonNode value, String field) {
    if (!value.isNumber()) {
      throw new InvalidInput(field, "must be a number");
    }
    return value.floatValue();
  }
}
