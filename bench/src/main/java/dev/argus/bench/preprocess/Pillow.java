package dev.argus.bench.preprocess;

import dev.argus.bench.measure.LineProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The reference's three resizes in Pillow: {@code bench/peers/pillow_preprocess.py}. Used by one
 * thread.
 */
final class Pillow implements Contender {
  private final LineProcess process;

  private Pillow(LineProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param peers where the program is
   * @return empty where there is no such Python, or it has no Pillow
   */
  static Optional<Contender> start(String python, Path peers) {
    return LineProcess.startIfThere(python, peers.resolve("pillow_preprocess.py").toString())
        .map(Pillow::new);
  }

  @Override
  public String label() {
    return process.greeting();
  }

  @Override
  public void prepare(Picture picture) {
    ask("prepare", picture);
  }

  @Override
  public Optional<String> digest(Picture picture) {
    return Optional.of(ask("digest", picture));
  }

  private String ask(String what, Picture picture) {
    String canvases =
        picture.plan().canvases().stream()
            .map(size -> size.width() + "x" + size.height())
            .collect(Collectors.joining(","));
    return process.ask(String.join("\t", what, canvases, picture.path().toString()));
  }

  @Override
  public void close() {
    process.close();
  }
}
