package dev.argus.checkpoint.weights;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All tensors of a checkpoint: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} lists.
 *
 * <p>The files are memory-mapped, so opening costs their headers only, and files above 2 GiB are
 * fine. Thread-safe. Closing unmaps the files: reads that begin later throw {@link
 * IllegalStateException}.
 */
public final class Weights implements AutoCloseable {
  static final String SINGLE_FILE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Arena arena;
  private final SortedMap<String, StoredTensor> tensors;

  private Weights(Arena arena, SortedMap<String, StoredTensor> tensors) {
    this.arena = arena;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * Opens a checkpoint's weights and checks the files' headers and sizes.
   *
   * @throws ModelFault if there are none, or a file is not what its header says
   */
  public static Weights open(Path directory) {
    Arena arena = Arena.ofShared();
    try {
      return new Weights(arena, read(directory, arena));
    } catch (IOException e) {
      arena.close();
      throw new ModelFault("cannot read the weights in " + directory + ": " + e, e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static SortedMap<String, StoredTensor> read(Path directory, Arena arena)
      throws IOException {
    if (Files.exists(directory.resolve(SINGLE_FILE))) {
      return SafetensorsFile.map(directory.resolve(SINGLE_FILE), arena);
    }
    if (Files.exists(directory.resolve(INDEX))) {
      return readShards(directory, arena);
    }
    throw new ModelFault(
        "%s holds neither %s nor %s".formatted(directory, SINGLE_FILE, INDEX), null);
  }

  private static SortedMap<String, StoredTensor> readShards(Path directory, Arena arena)
      throws IOException {
    Map<String, SortedMap<String, StoredTensor>> shards = new HashMap<>();
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (var entry : ShardIndex.read(directory.resolve(INDEX)).entrySet()) {
      String shard = entry.getValue();
      SortedMap<String, StoredTensor> stored = shards.get(shard);
      if (stored == null) {
        stored = SafetensorsFile.map(directory.resolve(shard), arena);
        shards.put(shard, stored);
      }
      StoredTensor tensor = stored.get(entry.getKey());
      if (tensor == null) {
        throw new ModelFault(
            "%s says that %s holds %s, but it does not".formatted(INDEX, shard, entry.getKey()),
            null);
      }
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  /** The names of all tensors, sorted. */
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(tensors.keySet()));
  }

  /** Whether there is a tensor of this name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * What a tensor is.
   *
   * @throws ModelFault if there is no tensor of this name
   */
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  /**
   * A tensor.
   *
   * @throws ModelFault if there is none of this name
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new ModelFault("the checkpoint has no tensor " + name, null);
    }
    return tensor;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
