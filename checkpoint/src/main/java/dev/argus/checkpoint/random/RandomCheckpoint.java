package dev.argus.checkpoint.random;

import static java.util.Objects.requireNonNull;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.TensorInfo;
import dev.argus.checkpoint.weights.WeightsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes checkpoints of random weights at the true shapes of known models, in Hugging Face's layout,
 * with settings, chat template and a tokenizer that works.
 *
 * <p>The same seed gives the same bytes on any machine. Speed and memory are those of the published
 * model; answers are nonsense. Immutable and thread-safe.
 */
public final class RandomCheckpoint {
  /** What the published settings say of how their weights are stored. */
  private static final String SETTINGS_TYPE = "\"bfloat16\"";

  /** What weights can be stored as, and what PyTorch calls that. */
  private static final Map<DataType, String> TYPE_NAMES =
      Map.of(DataType.F32, "float32", DataType.F16, "float16", DataType.BF16, "bfloat16");

  private final Blueprint blueprint;
  private final long seed;
  private final DataType type;
  private final long shardBytes;

  RandomCheckpoint(Blueprint blueprint, long seed, DataType type, long shardBytes) {
    this.blueprint = blueprint;
    this.seed = seed;
    this.type = type;
    this.shardBytes = shardBytes;
  }

  /** Hears how the writing of weights goes on. Called by the writing thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A tensor has been written.
     *
     * @param writtenBytes so far
     * @param totalBytes in all
     */
    void advanced(long writtenBytes, long totalBytes);
  }

  /** The models that can be made. */
  public static List<String> architectures() {
    return KnownModels.names();
  }

  /**
   * A checkpoint that is to be made.
   *
   * @param architecture one of {@link #architectures}
   * @param type how weights are stored: F32, F16 or BF16
   * @param shardBytes most bytes of one weights file, such as {@link WeightsFiles#SHARD_BYTES}
   * @throws InvalidInput if the architecture is not known, or the type is another
   */
  public static RandomCheckpoint of(
      String architecture, long seed, DataType type, long shardBytes) {
    if (!TYPE_NAMES.containsKey(type)) {
      throw new InvalidInput("dtype", "is %s; supported are F32, F16 and BF16".formatted(type));
    }
    return new RandomCheckpoint(KnownModels.named(architecture), seed, type, shardBytes);
  }

  /**
   * Writes the checkpoint. It appears when it is whole; what fails leaves nothing.
   *
   * @param directory created, unless it is there and empty
   * @throws InvalidInput if there is something in the directory, or it is a file
   * @throws IOException if it cannot be written
   */
  public void write(Path directory, Progress progress) throws IOException {
    requireEmpty(directory);
    Path target = directory.toAbsolutePath().normalize();
    Files.createDirectories(target.getParent());
    Path unfinished = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
    try {
      writeSettings(Files.createDirectory(unfinished));
      writeWeights(unfinished, progress);
      Files.deleteIfExists(target);
      Files.move(unfinished, target);
    } finally {
      deleteIfExists(unfinished);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new InvalidInput("directory", directory + " is a file");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new InvalidInput("directory", directory + " is not empty");
      }
    }
  }

  /** Writes all but the weights. */
  void writeSettings(Path directory) throws IOException {
    for (Map.Entry<String, String> file : blueprint.settings().entrySet()) {
      String content = file.getValue().replace(SETTINGS_TYPE, '"' + TYPE_NAMES.get(type) + '"');
      Files.writeString(directory.resolve(file.getKey()), content);
    }
    blueprint.tokenizer().write(directory.resolve("tokenizer.json"));
  }

  /** The tensors that the settings in a directory ask for. */
  List<RandomTensor> tensors(Path directory) {
    return blueprint.layout().tensors(Checkpoint.open(directory).config());
  }

  private void writeWeights(Path directory, Progress progress) throws IOException {
    List<RandomTensor> tensors = tensors(directory);
    Map<String, RandomTensor> byName =
        tensors.stream().collect(Collectors.toMap(RandomTensor::name, Function.identity()));
    List<TensorInfo> infos = tensors.stream().map(tensor -> tensor.info(type)).toList();
    long total = infos.stream().mapToLong(TensorInfo::bytes).sum();
    long[] written = {0};
    WeightsFiles.write(
        directory,
        infos,
        shardBytes,
        (info, file) -> {
          new RandomWeights(requireNonNull(byName.get(info.name())), type, seed).writeTo(file);
          written[0] += info.bytes();
          progress.advanced(written[0], total);
        });
  }

  private static void deleteIfExists(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
