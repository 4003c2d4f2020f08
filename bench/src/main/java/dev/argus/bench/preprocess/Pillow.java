package dev.argus.bench.preprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The reference's three resizes in Pillow: {@code bench/peers/pillow_preprocess.py}, a process that
 * is told what to do line by line. Used by one thread.
 */
final class Pillow implements Contender {
  private static final int CLOSE_SECONDS = 5;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String label;

  private Pillow(Process process) throws IOException {
    this.process = process;
    this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String version = answers.readLine();
    if (version == null) {
      throw new IOException("it has no Pillow");
    }
    this.label = version;
  }

  /**
   * Starts it.
   *
   * @return empty where there is no such Python, or it has no Pillow
   */
  static Optional<Pillow> start(String python, Path script) {
    try {
      Process process =
          new ProcessBuilder(List.of(python, script.toString()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return Optional.of(new Pillow(process));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void prepare(Picture picture) {
    ask("prepare", picture);
  }

  @Override
  public String digest(Picture picture) {
    return ask("digest", picture);
  }

  private String ask(String what, Picture picture) {
    try {
      String canvases =
          String.join(
              ",",
              picture.plan().canvases().stream()
                  .map(size -> size.width() + "x" + size.height())
                  .toList());
      requests.write(String.join("\t", what, canvases, picture.path().toString()) + "\n");
      requests.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the Pillow process ended");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
