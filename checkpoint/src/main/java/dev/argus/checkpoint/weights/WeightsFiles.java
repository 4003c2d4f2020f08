package dev.argus.checkpoint.weights;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a checkpoint's weights as Hugging Face lays them out: one {@code model.safetensors}, or
 * shards and their index where that file would be too large.
 */
public final class WeightsFiles {
  /** The largest file that transformers writes unless told otherwise. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  private static final JsonMapper JSON = new JsonMapper();

  private WeightsFiles() {}

  /** Writes a tensor's elements. */
  @FunctionalInterface
  public interface Content {
    /** Writes all elements of the tensor, and nothing else. */
    void write(TensorInfo tensor, SafetensorsWriter file) throws IOException;
  }

  /**
   * Writes the files; where this fails, some of them may be there.
   *
   * @param tensors in any order
   * @param shardBytes most bytes of one file's tensors; a larger tensor has a file to itself
   * @throws IOException if a file is there already, or cannot be written
   */
  public static void write(
      Path directory, List<TensorInfo> tensors, long shardBytes, Content content)
      throws IOException {
    List<List<TensorInfo>> shards = split(tensors, shardBytes);
    for (int i = 0; i < shards.size(); i++) {
      write(directory.resolve(name(i, shards.size())), shards.get(i), content);
    }
    if (shards.size() > 1) {
      writeIndex(directory, shards);
    }
  }

  private static List<List<TensorInfo>> split(List<TensorInfo> tensors, long shardBytes) {
    List<List<TensorInfo>> shards = new ArrayList<>();
    List<TensorInfo> shard = new ArrayList<>();
    long bytes = 0;
    for (TensorInfo tensor :
        tensors.stream().sorted(Comparator.comparing(TensorInfo::name)).toList()) {
      if (!shard.isEmpty() && bytes + tensor.bytes() > shardBytes) {
        shards.add(shard);
        shard = new ArrayList<>();
        bytes = 0;
      }
      shard.add(tensor);
      bytes += tensor.bytes();
    }
    shards.add(shard);
    return shards;
  }

  private static String name(int shard, int shards) {
    return shards == 1
        ? Weights.SINGLE_FILE
        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
  }

  private static void write(Path file, List<TensorInfo> tensors, Content content)
      throws IOException {
    try (SafetensorsWriter writer = new SafetensorsWriter(file, tensors)) {
      for (TensorInfo tensor : tensors) {
        content.write(tensor, writer);
      }
      writer.finish();
    }
  }

  private static void writeIndex(Path directory, List<List<TensorInfo>> shards) throws IOException {
    ObjectNode index = JSON.createObjectNode();
    index
        .putObject("metadata")
        .put(
            "total_size", shards.stream().flatMap(List::stream).mapToLong(TensorInfo::bytes).sum());
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      for (TensorInfo tensor : shards.get(i)) {
        map.put(tensor.name(), name(i, shards.size()));
      }
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(directory.resolve(Weights.INDEX).toFile(), index);
  }
}
