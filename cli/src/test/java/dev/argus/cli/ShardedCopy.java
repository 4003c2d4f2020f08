package dev.argus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A checkpoint's files with its weights split into shards, as large ones are published. */
final class ShardedCopy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHTS = "model.safetensors";

  private ShardedCopy() {}

  /**
   * The files by name; weights and index are written to a folder, the others stay where they are.
   *
   * @param checkpoint has a single file of weights
   */
  static Map<String, Path> of(Path checkpoint, int shards, Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(checkpoint)) {
      entries
          .filter(Files::isRegularFile)
          .forEach(file -> files.put(file.getFileName().toString(), file));
    }
    files.remove(WEIGHTS);
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(checkpoint.resolve(WEIGHTS)))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] headerBytes = new byte[Math.toIntExact(file.getLong())];
    file.get(headerBytes);
    JsonNode header = JSON.readTree(headerBytes);
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    for (int shard = 0; shard < shards; shard++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
      Map<String, JsonNode> tensors = new LinkedHashMap<>();
      for (int i = shard; i < names.size(); i += shards) {
        tensors.put(names.get(i), header.get(names.get(i)));
        map.put(names.get(i), name);
      }
      files.put(name, write(folder.resolve(name), tensors, file.slice()));
    }
    Path indexFile = folder.resolve(WEIGHTS + ".index.json");
    JSON.writeValue(indexFile.toFile(), index);
    files.put(WEIGHTS + ".index.json", indexFile);
    return files;
  }

  private static Path write(Path shard, Map<String, JsonNode> tensors, ByteBuffer data)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    int end = 0;
    for (var tensor : tensors.entrySet()) {
      JsonNode offsets = tensor.getValue().get("data_offsets");
      int bytes = offsets.get(1).asInt() - offsets.get(0).asInt();
      ObjectNode entry = tensor.getValue().deepCopy();
      entry.putArray("data_offsets").add(end).add(end + bytes);
      header.set(tensor.getKey(), entry);
      end += bytes;
    }
    byte[] headerBytes = JSON.writeValueAsBytes(header);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = Files.newOutputStream(shard)) {
      out.write(length.putLong(headerBytes.length).array());
      out.write(headerBytes);
      for (JsonNode tensor : tensors.values()) {
        int from = tensor.get("data_offsets").get(0).asInt();
        byte[] bytes = new byte[tensor.get("data_offsets").get(1).asInt() - from];
        data.get(from, bytes);
        out.write(bytes);
      }
    }
    return shard;
  }
}
