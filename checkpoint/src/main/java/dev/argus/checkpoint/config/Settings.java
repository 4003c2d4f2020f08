package dev.argus.checkpoint.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in one of a checkpoint's files, which knows where it lies, so that every complaint
 * about it names the file and the key. A key that holds null counts as absent.
 *
 * <p>Immutable and thread-safe. Every reading method throws {@link ModelFault} for a value of the
 * wrong kind, and for a missing one where it takes no fallback.
 */
public final class Settings {
  /** A vocabulary has tens of thousands of keys, each of which is used once. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  private final Path file;
  private final String path;
  private final JsonNode node;

  private Settings(Path file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  /** Reads a file that has to be there. */
  public static Settings read(Path file) {
    return readIfPresent(file)
        .orElseThrow(() -> new ModelFault(file + " is missing or not readable", null));
  }

  /** Reads a file, if it is there. */
  public static Optional<Settings> readIfPresent(Path file) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(file.toFile());
      if (node == null || !node.isObject()) {
        throw new ModelFault(file + " does not hold a JSON object", null);
      }
      return Optional.of(new Settings(file, "", node));
    } catch (JsonProcessingException e) {
      throw new ModelFault(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelFault(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The object under a key. */
  public Settings object(String key) {
    return optionalObject(key).orElseThrow(() -> missing(key));
  }

  /** The object under a key, if there is one. */
  public Optional<Settings> optionalObject(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return Optional.of(new Settings(file, path + key + ".", value));
  }

  /** The same settings, where those of these keys that are absent have these whole numbers. */
  public Settings withDefaults(Map<String, Integer> defaults) {
    ObjectNode filled = node.deepCopy();
    defaults.forEach((key, number) -> {
      if (value(key) == null) {
        filled.put(key, number);
      }
    });
    return new Settings(file, path, filled);
  }

  /** Whether there is a value under a key. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** A whole number, 1 or more. */
  public int positive(String key) {
    return positiveNode(key, required(key));
  }

  /** A whole number, 1 or more. */
  public int positive(String key, int fallback) {
    JsonNode value = value(key);
    return value == null ? fallback : positiveNode(key, value);
  }

  /** A whole number, 1 or more, given alone or as a list that repeats it ({@code [448, 448]}). */
  public int positiveSquare(String key) {
    JsonNode value = required(key);
    if (!value.isArray()) {
      return positiveNode(key, value);
    }
    if (value.isEmpty()) {
      throw wrong(key, "a whole number, or that number twice", value);
    }
    for (JsonNode element : value) {
      if (!element.equals(value.get(0))) {
        throw wrong(key, "the same number twice, since tiles are square", value);
      }
    }
    return positiveNode(key, value.get(0));
  }

  /** A token id: a whole number, 0 or more. */
  public int tokenId(String key) {
    return tokenIdNode(key, required(key));
  }

  /** Token ids, given as one number or a list; empty where there is no such key. */
  public List<Integer> tokenIds(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(tokenIdNode(key, value));
    }
    List<Integer> ids = new ArrayList<>();
    value.forEach(id -> ids.add(tokenIdNode(key, id)));
    return List.copyOf(ids);
  }

  /** A finite number. */
  public double number(String key) {
    return numberNode(key, required(key));
  }

  /** A finite number. */
  public double number(String key, double fallback) {
    JsonNode value = value(key);
    return value == null ? fallback : numberNode(key, value);
  }

  /** This many finite numbers. */
  public List<Double> numbers(String key, int count) {
    JsonNode value = required(key);
    if (!value.isArray() || value.size() != count) {
      throw wrong(key, "a list of " + count + " numbers", value);
    }
    List<Double> numbers = new ArrayList<>();
    value.forEach(number -> numbers.add(numberNode(key, number)));
    return List.copyOf(numbers);
  }

  /** Pairs of whole numbers, 1 or more each; at least one pair. */
  public List<List<Integer>> positivePairs(String key) {
    JsonNode value = required(key);
    List<List<Integer>> pairs = new ArrayList<>();
    for (JsonNode pair : value) {
      if (!pair.isArray() || pair.size() != 2) {
        throw wrong(key, "a list of pairs of whole numbers", value);
      }
      pairs.add(List.of(positiveNode(key, pair.get(0)), positiveNode(key, pair.get(1))));
    }
    if (pairs.isEmpty()) {
      throw wrong(key, "a list of at least one pair of whole numbers", value);
    }
    return List.copyOf(pairs);
  }

  /** True or false. */
  public boolean flag(String key, boolean fallback) {
    JsonNode value = value(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A string, if there is one under the key. */
  public Optional<String> text(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(key, "a string", value);
    }
    return Optional.of(value.textValue());
  }

  /** The value under a key as Jackson reads it, if there is one, for shapes that no method fits. */
  public Optional<JsonNode> json(String key) {
    return Optional.ofNullable(value(key));
  }

  /** Refuses any other text than the one that is supported, which is the default too. */
  public void requireText(String key, String supported) {
    String value = text(key).orElse(supported);
    if (!value.equals(supported)) {
      throw fault(key, "is %s; only %s is supported".formatted(value, supported));
    }
  }

  /** Refuses any other number than the one that is supported, which is the default too. */
  public void requireNumber(String key, int supported) {
    double value = number(key, supported);
    if (value != supported) {
      throw fault(key, "is %s; only %d is supported".formatted(value, supported));
    }
  }

  /**
   * Refuses a switch that is set wrongly.
   *
   * @param fallback what it is where the settings do not say
   */
  public void requireFlag(String key, boolean supported, boolean fallback) {
    boolean value = flag(key, fallback);
    if (value != supported) {
      throw fault(key, "is %s, which is not supported".formatted(value));
    }
  }

  /** A complaint about the value under a key. */
  public ModelFault fault(String key, String problem) {
    return new ModelFault(file + ": " + path + key + " " + problem, null);
  }

  private @Nullable JsonNode value(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  private JsonNode required(String key) {
    JsonNode value = value(key);
    if (value == null) {
      throw missing(key);
    }
    return value;
  }

  private int positiveNode(String key, JsonNode value) {
    if (!value.canConvertToInt() || !value.canConvertToExactIntegral() || value.intValue() < 1) {
      throw wrong(key, "a whole number, 1 or more", value);
    }
    return value.intValue();
  }

  private int tokenIdNode(String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 0) {
      throw wrong(key, "a token id", value);
    }
    return value.intValue();
  }

  private double numberNode(String key, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(key, "a number", value);
    }
    return value.doubleValue();
  }

  private ModelFault missing(String key) {
    return fault(key, "is missing");
  }

  private ModelFault wrong(String key, String wanted, JsonNode value) {
    String shown = value.toString();
    String shortened = shown.length() > 80 ? shown.substring(0, 80) + "..." : shown;
    return fault(key, "should be " + wanted + ", not " + shortened);
  }
}
