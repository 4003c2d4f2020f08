package dev.argus.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code model.safetensors}, or the shards that the index beside it names. */
record SafetensorsFiles() implements FileChoice {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String label() {
    return "safetensors";
  }

  @Override
  public NavigableSet<String> settings(NavigableSet<String> names) throws HubException {
    NavigableSet<String> settings = FileChoice.settingsAmong(names);
    if (names.contains(SINGLE)) {
      settings.remove(INDEX); // Argus reads the single file where there are both.
    } else if (!names.contains(INDEX)) {
      throw new HubException("there is no model.safetensors" + instead(names));
    }
    return settings;
  }

  private static String instead(NavigableSet<String> names) {
    if (names.stream().anyMatch(name -> name.startsWith("onnx/"))) {
      return ": import the ONNX graphs that are there with --onnx";
    }
    return names.stream()
        .filter(name -> name.matches(".*\\.(bin|pth|pt|ckpt)"))
        .findFirst()
        .map(pickle ->
            ", only %s, a pickle, which Argus does not read: look for a converted copy"
                .formatted(HubException.quote(pickle)))
        .orElse(", and Argus reads no other weights");
  }

  @Override
  public NavigableSet<String> weights(NavigableSet<String> names, Path settings)
      throws IOException {
    NavigableSet<String> weights = new TreeSet<>();
    if (names.contains(SINGLE)) {
      weights.add(SINGLE);
      return weights;
    }
    for (JsonNode shard : index(settings.resolve(INDEX))) {
      String name = shard.asText();
      if (!SHARD.matcher(name).matches() || !names.contains(name)) {
        throw new HubException(
            "%s names %s, which is no safetensors file beside it"
                .formatted(INDEX, HubException.quote(name)));
      }
      weights.add(name);
    }
    return weights;
  }

  private static JsonNode index(Path file) throws IOException {
    try {
      JsonNode map = JSON.readTree(file.toFile()).path("weight_map");
      if (map.isObject() && !map.isEmpty()) {
        return map;
      }
    } catch (JsonProcessingException e) {
      throw new HubException(INDEX + " is not valid JSON", e);
    }
    throw new HubException(INDEX + " has no weight_map");
  }
}
