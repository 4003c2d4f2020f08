package dev.argus.checkpoint;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a checkpoint is, in 32 bytes.
 *
 * <p>Small files are read each time. Weights are gigabytes, so their digests are kept in {@code
 * .argus/weights.sha256}, a line for each file: digest, size, modification time, name. A line
 * counts only while size and time still match; where the directory cannot be written to, the
 * weights are read again.
 *
 * <p>Where a directory has no safetensors, its weights are the files in {@code onnx}: all of them,
 * since each may serve.
 */
final class Fingerprint {
  private static final List<String> SMALL_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "chat_template.json");
  private static final String CACHE = ".argus/weights.sha256";
  private static final String EXPORT = "onnx";
  private static final int BUFFER_BYTES = 1 << 20;

  private Fingerprint() {}

  /** 64 lower-case hexadecimal digits. */
  static String of(Path directory) {
    try {
      MessageDigest all = sha256();
      for (String name : SMALL_FILES) {
        Path file = directory.resolve(name);
        if (Files.isReadable(file)) {
          all.update(line(digest(file), name));
        }
      }
      for (Weight weight : weights(directory)) {
        all.update(line(weight.digest(), weight.name()));
      }
      return HexFormat.of().formatHex(all.digest());
    } catch (IOException e) {
      throw new ModelFault("the fingerprint of " + directory + " cannot be computed: " + e, e);
    }
  }

  private record Weight(String digest, long size, long modifiedMillis, String name) {
    private String known() {
      return size + " " + modifiedMillis + " " + name;
    }
  }

  private static List<Weight> weights(Path directory) throws IOException {
    List<Path> files = files(directory, name -> name.endsWith(".safetensors"));
    if (files.isEmpty()) {
      files = files(directory.resolve(EXPORT), name -> name.contains(".onnx"));
    }
    if (files.isEmpty()) {
      throw new ModelFault(
          "neither *.safetensors in %s nor *.onnx in %s"
              .formatted(directory, directory.resolve(EXPORT)),
          null);
    }
    List<String> cached = cachedLines(directory);
    List<Weight> weights = new ArrayList<>();
    for (Path file : files) {
      weights.add(weight(file, cached));
    }
    List<String> lines =
        weights.stream().map(weight -> weight.digest() + " " + weight.known()).toList();
    if (!lines.equals(cached)) {
      store(directory, lines);
    }
    return weights;
  }

  private static List<Path> files(Path folder, Predicate<String> wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(file -> wanted.test(file.getFileName().toString())).sorted().toList();
    }
  }

  private static Weight weight(Path file, List<String> cached) throws IOException {
    Weight unread =
        new Weight(
            "",
            Files.size(file),
            Files.getLastModifiedTime(file).toMillis(),
            file.getFileName().toString());
    for (String line : cached) {
      if (line.endsWith(" " + unread.known())) {
        return new Weight(
            line.substring(0, line.indexOf(' ')),
            unread.size(),
            unread.modifiedMillis(),
            unread.name());
      }
    }
    return new Weight(digest(file), unread.size(), unread.modifiedMillis(), unread.name());
  }

  private static List<String> cachedLines(Path directory) throws IOException {
    Path cache = directory.resolve(CACHE);
    return Files.isReadable(cache) ? Files.readAllLines(cache) : List.of();
  }

  /** Moved into place, so that nobody reads half of it. */
  private static void store(Path directory, List<String> lines) {
    Path cache = directory.resolve(CACHE);
    try {
      Path folder = Files.createDirectories(directory.resolve(".argus"));
      Path temporary = folder.resolve("weights." + UUID.randomUUID() + ".new");
      Files.write(temporary, lines);
      Files.move(temporary, cache, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A directory that cannot be written to is served all the same; only the saving is lost.
      return;
    }
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static byte[] line(String digest, String name) {
    return (digest + " " + name + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
