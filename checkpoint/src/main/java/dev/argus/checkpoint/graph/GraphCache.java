package dev.argus.checkpoint.graph;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The built graphs of one checkpoint: {@code <directory>/<part>-<precision>/<part>.onnx} and its
 * data file.
 *
 * <p>Design note: a graph is built in a folder of its own, which is renamed when it is complete, so
 * that what has the final name is whole. Two processes, or threads, that build the same part at
 * once both succeed: the second finds the name taken and drops its work. There is no lock, because
 * network volumes may not have any. What a killed process left is swept by a build a day later.
 *
 * @param directory where; made when needed
 */
record GraphCache(Path directory) {
  private static final String PARTIAL = ".partial";
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  /** A part's graph, if it has been built. */
  Optional<Path> find(GraphPart part, Precision precision) {
    return Optional.of(path(part, precision)).filter(Files::exists);
  }

  /** Builds a part's graph, unless another builder is faster, and says where it is. */
  Path build(GraphPart part, Precision precision, OnnxGraph description, BuildProgress progress)
      throws IOException {
    Files.createDirectories(directory);
    sweep();
    Path graph = path(part, precision);
    Path partial = directory.resolve(part.label() + "-" + UUID.randomUUID() + PARTIAL);
    Files.createDirectory(partial);
    try {
      long total = description.dataBytes();
      description.write(
          partial.resolve(graph.getFileName()), written -> progress.advanced(part, written, total));
      Files.move(partial, graph.getParent(), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(graph)) {
        throw e;
      }
      // Another builder was faster: its graph is as good.
    } finally {
      delete(partial);
    }
    return graph;
  }

  private Path path(GraphPart part, Precision precision) {
    return directory
        .resolve(part.label() + "-" + precision.label())
        .resolve(part.label() + ".onnx");
  }

  private void sweep() throws IOException {
    FileTime abandoned = FileTime.from(Instant.now().minus(ABANDONED_AFTER));
    for (Path entry : entries(directory)) {
      if (entry.toString().endsWith(PARTIAL)
          && Files.getLastModifiedTime(entry).compareTo(abandoned) < 0) {
        delete(entry);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      for (Path file : entries(folder)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
