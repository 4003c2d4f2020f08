package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a graph. */
final class GraphFiles {
  private GraphFiles() {}

  /**
   * Throws if a graph's file is not there.
   *
   * @throws ModelFault then
   */
  static void require(Path graph) {
    if (!Files.isRegularFile(graph)) {
      throw new ModelFault("there is no graph at " + graph, null);
    }
  }

  /** The files beside a graph's, which has a folder of its own, and itself. */
  static List<Path> of(Path graph) throws IOException {
    try (Stream<Path> files = Files.list(graph.resolveSibling(""))) {
      return files.toList();
    }
  }

  /** Moves them to another folder under the names that they have. */
  static void move(Path graph, Path moved) throws IOException {
    for (Path file : of(graph)) {
      Files.move(file, moved.resolveSibling(file.getFileName()));
    }
  }
}
