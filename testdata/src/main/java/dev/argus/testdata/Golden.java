package dev.argus.testdata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the reference data lies and how its files are read; {@code testdata/golden/README.md} says
 * what they hold.
 */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** The path of a file or folder below {@code testdata/golden}. */
  public static Path path(String relative) {
    return repository().resolve("testdata/golden").resolve(relative);
  }

  /**
   * Copies a checkpoint, without what it is expected to answer and without the graphs that were
   * once built from it: a test of answers has to see the graphs that are built now.
   *
   * @param directory there already
   */
  public static void copy(String checkpoint, Path directory) {
    try (Stream<Path> files = Files.list(path(checkpoint))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith("golden.")) {
          Files.copy(file, directory.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The root of the repository: the nearest folder above the working directory that holds {@code
   * testdata/golden}.
   */
  public static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("testdata/golden"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no testdata/golden above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  /** A JSON file below {@code testdata/golden}. */
  public static JsonNode json(String relative) {
    try {
      return JSON.readTree(path(relative).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a file below {@code testdata/golden}. */
  public static byte[] bytes(String relative) {
    try {
      return Files.readAllBytes(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A float32 tensor of {@code <checkpoint>/golden.bin}, flat, such as {@code ("tiny-idefics3",
   * "A_tiled/step_logits")}.
   */
  public static float[] floats(String checkpoint, String tensor) {
    var buffer = tensor(checkpoint, tensor, "<f4").asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** An int32 tensor of {@code <checkpoint>/golden.bin}, flat. */
  public static int[] ints(String checkpoint, String tensor) {
    var buffer = tensor(checkpoint, tensor, "<i4").asIntBuffer();
    int[] values = new int[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Expands {@code [[value, count], ...]}. */
  public static int[] expandRunLengths(JsonNode runs) {
    List<Integer> values = new ArrayList<>();
    for (JsonNode run : runs) {
      for (int i = 0; i < run.get(1).asInt(); i++) {
        values.add(run.get(0).asInt());
      }
    }
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static ByteBuffer tensor(String checkpoint, String tensor, String type) {
    JsonNode entry = json(checkpoint + "/golden.json").at("/tensors").get(tensor);
    if (entry == null || !entry.get("dtype").asText().equals(type)) {
      throw new IllegalArgumentException("no " + type + " tensor " + tensor + " in " + checkpoint);
    }
    return ByteBuffer.wrap(bytes(checkpoint + "/golden.bin"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .slice(entry.get("offset").asInt(), entry.get("nbytes").asInt())
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
