package dev.argus.bench.preprocess;

import dev.argus.bench.measure.LineProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * transformers.js' image processor: {@code bench/peers/transformers.js/preprocess.js}. Makes tiles
 * of float32, normalised, and by other filters than the reference: not the same pixels. Used by one
 * thread.
 */
final class TransformersJs implements Contender {
  private final LineProcess process;

  private TransformersJs(LineProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param program the folder of the program
   * @return empty where there is no Node.js, or the program's packages are not installed
   */
  static Optional<Contender> start(String node, Path program) {
    return Files.isDirectory(program.resolve("node_modules"))
        ? LineProcess.startIfThere(node, program.resolve("preprocess.js").toString())
            .map(TransformersJs::new)
        : Optional.empty();
  }

  @Override
  public String label() {
    return process.greeting();
  }

  @Override
  public void prepare(Picture picture) {
    String tiles = process.ask(picture.path().toString());
    if (!tiles.equals(Integer.toString(picture.plan().tiles()))) {
      throw new IllegalStateException(
          label() + " made " + tiles + " tiles of " + picture.size() + ", not those of the plan");
    }
  }

  @Override
  public Optional<String> digest(Picture picture) {
    return Optional.empty();
  }

  @Override
  public void close() {
    process.close();
  }
}
