package dev.argus.checkpoint.graph;

import dev.argus.base.file.WholeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The graphs of one checkpoint: {@code <directory>/<part>-<precision>/<part>.onnx} and its data
 * file; where graphs are finished, {@code <directory>/<part>-<precision>-<finish>/}. Each is a
 * {@link WholeFolder}, which several processes may build at once.
 *
 * @param directory where; made when needed
 */
record GraphCache(Path directory) {
  private static final String BUILT = "built";

  /** A part's graph, if it has been built. */
  Optional<Path> find(GraphPart part, Precision precision, Optional<GraphFinish> finish) {
    return Optional.of(file(part, folder(part, precision, finish))).filter(Files::exists);
  }

  /** Builds and finishes a part's graph, unless another builder is faster; says where it is. */
  Path build(
      GraphPart part,
      Precision precision,
      OnnxGraph description,
      Optional<GraphFinish> finish,
      BuildProgress progress)
      throws IOException {
    Path folder = folder(part, precision, finish);
    WholeFolder.make(
        folder,
        partial -> {
          if (finish.isEmpty()) {
            write(part, description, file(part, partial), progress);
          } else {
            Path built = Files.createDirectory(partial.resolve(BUILT));
            write(part, description, file(part, built), progress);
            progress.finishing(part);
            finish.get().step().finish(file(part, built), file(part, partial));
            WholeFolder.delete(built);
          }
        });
    return file(part, folder);
  }

  private static void write(
      GraphPart part, OnnxGraph description, Path file, BuildProgress progress) throws IOException {
    long total = description.dataBytes();
    description.write(file, written -> progress.advanced(part, written, total));
  }

  private Path folder(GraphPart part, Precision precision, Optional<GraphFinish> finish) {
    String finished = finish.map(how -> "-" + how.key()).orElse("");
    return directory.resolve(part.label() + "-" + built(part, precision).label() + finished);
  }

  /** The precision whose graph serves: vision towers have one graph in integers. */
  private static Precision built(GraphPart part, Precision precision) {
    return part == GraphPart.VISION ? precision.ofVision() : precision;
  }

  private static Path file(GraphPart part, Path folder) {
    return folder.resolve(part.label() + ".onnx");
  }
}
