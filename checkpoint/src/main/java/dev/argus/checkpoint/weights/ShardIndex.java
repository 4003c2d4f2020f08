package dev.argus.checkpoint.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code model.safetensors.index.json}: which shard holds which tensor. */
final class ShardIndex {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A file of the same folder: an index must not reach out of its checkpoint. */
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors");

  private ShardIndex() {}

  /** From tensor name to file name. */
  static SortedMap<String, String> read(Path file) throws IOException {
    JsonNode map = parse(file).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new ModelFault(file + " has no weight_map", null);
    }
    SortedMap<String, String> shards = new TreeMap<>();
    for (var entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!SHARD.matcher(shard).matches()) {
        throw new ModelFault(
            "%s names the shard '%s', which is not a safetensors file beside it"
                .formatted(file, shard),
            null);
      }
      shards.put(entry.getKey(), shard);
    }
    return shards;
  }

  private static JsonNode parse(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new ModelFault(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
