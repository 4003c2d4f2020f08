package dev.argus.decoder.core.grammar.syntax;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.grammar.syntax.Expression.Both;
import dev.argus.decoder.core.grammar.syntax.Expression.Choice;
import dev.argus.decoder.core.grammar.syntax.Expression.Repeat;
import dev.argus.decoder.core.grammar.syntax.Expression.Series;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes rules of a JSON Schema (2020-12): the subset that OpenAI's structured outputs name, and
 * what is as easy to say.
 *
 * <p>Objects and arrays become rules, by their place in the schema, so that what a {@code $ref}
 * names is there once, and may contain itself. Everything else is written out where it is. What is
 * generated has the schema's properties alone, in the schema's order. A keyword that cannot be kept
 * is refused with its path, never ignored.
 */
final class SchemaRules {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$comment",
          "$schema",
          "$id",
          "$defs",
          "definitions");

  /** What each type's values are restricted by. */
  private static final Map<String, Set<String>> KEYWORDS =
      Map.of(
          "object", Set.of("properties", "required", "additionalProperties"),
          "array", Set.of("items", "minItems", "maxItems"),
          "string", Set.of("pattern", "format", "minLength", "maxLength"),
          "integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
          "number", Set.of(),
          "boolean", Set.of(),
          "null", Set.of());

  private static final int MOST_TIMES = 10_000;
  private static final int MOST_SCHEMAS = 5_000;

  private final JsonNode root;
  private final String field;
  private final Effort effort;
  private final Map<String, Integer> rules = new HashMap<>();
  private final Deque<Runnable> unwritten = new ArrayDeque<>();
  private final List<Expression> written = new ArrayList<>();
  private final Set<String> following = new HashSet<>();
  private int schemas;

  private SchemaRules(JsonNode root, String field) {
    this.root = root;
    this.field = field;
    this.effort = new Effort(field);
  }

  /**
   * The JSON values that are valid by a schema.
   *
   * @param field what to name when it cannot be kept
   * @throws InvalidInput with the path of the keyword in it
   */
  static Rules of(String schema, String field) {
    try {
      return new SchemaRules(JSON.readTree(schema), field).read();
    } catch (JsonProcessingException e) {
      throw new InvalidInput(field, "is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Rules read() {
    written.add(Expression.empty());
    written.set(0, Expression.sequence(Expression.text(" ").optional(), value(root, "")));
    while (!unwritten.isEmpty()) {
      unwritten.remove().run();
    }
    return new Rules(
        written.stream().map(expression -> Determinization.of(expression, effort)).toList());
  }

  private Expression value(JsonNode schema, String path) {
    if (++schemas > MOST_SCHEMAS) {
      throw new InvalidInput(field, "has more than %d schemas in it".formatted(MOST_SCHEMAS));
    }
    if (schema.isBoolean() && schema.booleanValue()) {
      return anyValue();
    }
    if (!schema.isObject()) {
      throw refuse(path, "must be a schema: an object, or true");
    }
    if (schema.has("$ref")) {
      allow(schema, path, Set.of("$ref"));
      return reference(schema.get("$ref"), path);
    }
    if (schema.has("anyOf")) {
      allow(schema, path, Set.of("anyOf"));
      return anyOf(schema.get("anyOf"), path + "/anyOf");
    }
    if (schema.has("enum") || schema.has("const")) {
      allow(schema, path, Set.of("enum", "const", "type"));
      return literals(schema, path);
    }
    Set<String> types = types(schema, path);
    return types.isEmpty() ? anyValue() : ofTypes(schema, types, path);
  }

  private Expression reference(JsonNode reference, String path) {
    String text = reference.asText();
    if (!reference.isTextual() || !text.startsWith("#")) {
      throw refuse(path + "/$ref", "must name a place in the same schema, such as #/$defs/name");
    }
    String target = text.substring(1);
    JsonNode schema = target.isEmpty() || target.startsWith("/") ? root.at(target) : null;
    if (schema == null || schema.isMissingNode()) {
      throw refuse(path + "/$ref", "names " + text + ", which is not there");
    }
    if (!following.add(target)) {
      throw refuse(path + "/$ref", "leads back to itself with nothing between");
    }
    Expression value = value(schema, target);
    following.remove(target);
    return value;
  }

  private Expression anyOf(JsonNode schemas, String path) {
    if (!schemas.isArray() || schemas.isEmpty()) {
      throw refuse(path, "must be an array of one schema or more");
    }
    List<Expression> parts = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      parts.add(value(schemas.get(i), path + "/" + i));
    }
    return new Choice(parts);
  }

  private Expression literals(JsonNode schema, String path) {
    Set<String> types = types(schema, path);
    List<Expression> parts = new ArrayList<>();
    for (JsonNode value : values(schema, path)) {
      if (types.isEmpty() || isOf(types, value)) {
        parts.add(Expression.text(value.toString()));
      }
    }
    if (parts.isEmpty()) {
      throw refuse(path, "allows no value");
    }
    return new Choice(parts);
  }

  private List<JsonNode> values(JsonNode schema, String path) {
    JsonNode listed = schema.get("enum");
    if (listed == null) {
      return List.of(schema.get("const"));
    }
    if (!listed.isArray()) {
      throw refuse(path + "/enum", "must be an array");
    }
    List<JsonNode> values = new ArrayList<>();
    listed.forEach(value -> {
      if (!schema.has("const") || schema.get("const").equals(value)) {
        values.add(value);
      }
    });
    return values;
  }

  private static boolean isOf(Set<String> types, JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> types.contains("object");
      case ARRAY -> types.contains("array");
      case STRING -> types.contains("string");
      case BOOLEAN -> types.contains("boolean");
      case NULL -> types.contains("null");
      case NUMBER ->
          types.contains("number") || (types.contains("integer") && value.isIntegralNumber());
      case BINARY, MISSING, POJO -> false;
    };
  }

  /** The types that are named, or that a keyword speaks of; none for any. */
  private Set<String> types(JsonNode schema, String path) {
    JsonNode type = schema.get("type");
    Set<String> types = new TreeSet<>();
    if (type == null) {
      KEYWORDS.forEach((name, keywords) -> {
        if (keywords.stream().anyMatch(schema::has)) {
          types.add(name);
        }
      });
      allowAll(schema, path, types);
      return types;
    }
    (type.isArray() ? type : List.of(type)).forEach(name -> types.add(name.asText()));
    if (types.isEmpty() || !KEYWORDS.keySet().containsAll(types)) {
      throw refuse(path + "/type", "must be of " + new TreeSet<>(KEYWORDS.keySet()));
    }
    return types;
  }

  private Expression ofTypes(JsonNode schema, Set<String> types, String path) {
    allowAll(schema, path, types);
    List<Expression> parts = new ArrayList<>();
    for (String type : types) {
      parts.add(
          switch (type) {
            case "object" -> rule(path + " object", () -> object(schema, path));
            case "array" -> rule(path + " array", () -> array(schema, path));
            case "string" -> string(schema, path);
            case "integer" -> integer(schema, path);
            case "number" -> JsonText.NUMBER;
            case "boolean" -> JsonText.BOOLEAN;
            case "null" -> JsonText.NULL;
            default -> throw new IllegalStateException(type);
          });
    }
    return new Choice(parts);
  }

  private void allowAll(JsonNode schema, String path, Set<String> types) {
    Set<String> allowed = new HashSet<>(Set.of("type", "enum", "const"));
    types.forEach(type -> allowed.addAll(KEYWORDS.get(type)));
    allow(schema, path, allowed);
  }

  private void allow(JsonNode schema, String path, Set<String> allowed) {
    schema
        .fieldNames()
        .forEachRemaining(keyword -> {
          if (!allowed.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
            throw refuse(path + "/" + keyword, "is not supported here");
          }
        });
  }

  private Expression object(JsonNode schema, String path) {
    JsonNode properties = schema.get("properties");
    JsonNode others = schema.path("additionalProperties");
    boolean closed = others.isBoolean() && !others.booleanValue();
    if (properties == null && !closed && !schema.has("required")) {
      if (!others.isMissingNode() && !others.isBoolean()) {
        return JsonText.anyObject(value(others, path + "/additionalProperties"));
      }
      return JsonText.anyObject(anyValue());
    }
    if (!closed && !others.isMissingNode()) {
      throw refuse(path + "/additionalProperties", "must be false beside properties");
    }
    List<Series.Part> pairs = pairs(properties, required(schema, path), path);
    return Expression.sequence(
        Expression.text("{"), new Series(pairs, JsonText.COMMA), Expression.text("}"));
  }

  private Set<String> required(JsonNode schema, String path) {
    JsonNode names = schema.path("required");
    if (!names.isMissingNode() && !names.isArray()) {
      throw refuse(path + "/required", "must be an array of names");
    }
    Set<String> required = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!schema.path("properties").has(names.get(i).asText())) {
        throw refuse(path + "/required/" + i, "names none of the properties");
      }
      required.add(names.get(i).asText());
    }
    return required;
  }

  private List<Series.Part> pairs(
      @Nullable JsonNode properties, Set<String> required, String path) {
    if (properties == null) {
      return List.of();
    }
    if (!properties.isObject()) {
      throw refuse(path + "/properties", "must be an object");
    }
    List<Series.Part> pairs = new ArrayList<>();
    properties
        .properties()
        .forEach(property -> {
          String name = property.getKey();
          String place = path + "/properties/" + escape(name);
          Expression pair =
              Expression.sequence(
                  Expression.text(JSON.getNodeFactory().textNode(name).toString()),
                  JsonText.COLON,
                  value(property.getValue(), place));
          pairs.add(new Series.Part(pair, required.contains(name)));
        });
    return pairs;
  }

  private Expression array(JsonNode schema, String path) {
    int least = count(schema, "minItems", 0, path);
    int most = count(schema, "maxItems", Repeat.UNLIMITED, path);
    if (most != Repeat.UNLIMITED && most < least) {
      throw refuse(path + "/maxItems", "is less than minItems");
    }
    Expression item =
        schema.has("items") ? value(schema.get("items"), path + "/items") : anyValue();
    return JsonText.array(item, least, most);
  }

  private Expression string(JsonNode schema, String path) {
    int least = count(schema, "minLength", 0, path);
    int most = count(schema, "maxLength", Repeat.UNLIMITED, path);
    if (most != Repeat.UNLIMITED && most < least) {
      throw refuse(path + "/maxLength", "is less than minLength");
    }
    List<Expression> all = new ArrayList<>();
    if (schema.has("pattern")) {
      all.add(
          RegularExpression.anywhere(
              text(schema, "pattern", path), Alphabet.JSON_STRING, at(path + "/pattern"), effort));
    }
    if (schema.has("format")) {
      String format = text(schema, "format", path);
      if (!StringFormats.EXPRESSIONS.containsKey(format)) {
        throw refuse(
            path + "/format", "must be of " + new TreeSet<>(StringFormats.EXPRESSIONS.keySet()));
      }
      all.add(
          RegularExpression.whole(
              StringFormats.EXPRESSIONS.get(format), Alphabet.JSON_STRING, field, effort));
    }
    if (all.isEmpty() && least == 0 && most == Repeat.UNLIMITED) {
      return JsonText.STRING;
    }
    if (all.isEmpty() || least > 0 || most != Repeat.UNLIMITED) {
      all.add(new Repeat(JsonText.CHARACTER, least, most));
    }
    return JsonText.string(all.stream().reduce(Both::new).orElseThrow());
  }

  private Expression integer(JsonNode schema, String path) {
    long least =
        Math.max(
            bound(schema, "minimum", RoundingMode.CEILING, 0, -JsonText.LARGEST, path),
            bound(schema, "exclusiveMinimum", RoundingMode.FLOOR, 1, -JsonText.LARGEST, path));
    long most =
        Math.min(
            bound(schema, "maximum", RoundingMode.FLOOR, 0, JsonText.LARGEST, path),
            bound(schema, "exclusiveMaximum", RoundingMode.CEILING, -1, JsonText.LARGEST, path));
    if (least > most) {
      throw refuse(path, "allows no integer");
    }
    boolean any = least == -JsonText.LARGEST && most == JsonText.LARGEST;
    return any ? JsonText.INTEGER : JsonText.integer(least, most);
  }

  private long bound(
      JsonNode schema, String keyword, RoundingMode rounding, int step, long unset, String path) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return unset;
    }
    if (!value.isNumber()) {
      throw refuse(path + "/" + keyword, "must be a number");
    }
    BigDecimal limit = BigDecimal.valueOf(JsonText.LARGEST);
    BigDecimal inside = value.decimalValue().max(limit.negate()).min(limit);
    return Math.clamp(
        inside.setScale(0, rounding).longValueExact() + step, -JsonText.LARGEST, JsonText.LARGEST);
  }

  private int count(JsonNode schema, String keyword, int unset, String path) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return unset;
    }
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > MOST_TIMES) {
      throw refuse(path + "/" + keyword, "must be an integer from 0 to " + MOST_TIMES);
    }
    return value.intValue();
  }

  private String text(JsonNode schema, String keyword, String path) {
    if (!schema.get(keyword).isTextual()) {
      throw refuse(path + "/" + keyword, "must be a string");
    }
    return schema.get(keyword).textValue();
  }

  private Expression anyValue() {
    return Expression.choice(
        JsonText.STRING,
        JsonText.NUMBER,
        JsonText.BOOLEAN,
        JsonText.NULL,
        rule("any object", () -> JsonText.anyObject(anyValue())),
        rule("any array", () -> JsonText.array(anyValue(), 0, Repeat.UNLIMITED)));
  }

  /** The rule of this name, which is written later if there is none yet. */
  private Expression rule(String name, Supplier<Expression> content) {
    Integer known = rules.get(name);
    if (known == null) {
      int index = written.size();
      rules.put(name, index);
      written.add(Expression.empty());
      unwritten.add(() -> written.set(index, content.get()));
      known = index;
    }
    return Expression.rule(known);
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private InvalidInput refuse(String path, String problem) {
    return new InvalidInput(at(path), problem);
  }

  /** The field and the place in it: {@code response_format.json_schema.schema at $.items.type}. */
  private String at(String pointer) {
    StringBuilder path = new StringBuilder(field).append(" at $");
    for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      path.append(name.matches("[0-9]+") ? "[" + name + "]" : "." + name);
    }
    return path.toString();
  }
}
