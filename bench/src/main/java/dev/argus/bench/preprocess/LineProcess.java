package dev.argus.bench.preprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that says what it is, and then answers each line by a line. It ends when there are no
 * more. Used by one thread.
 */
final class LineProcess implements AutoCloseable {
  private static final int CLOSE_SECONDS = 5;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String name;

  private LineProcess(Process process) throws IOException {
    this.process = process;
    this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.name = readLine();
  }

  /**
   * Starts it.
   *
   * @return empty where there is no such command, or it ends without a word
   */
  static Optional<LineProcess> start(String... command) {
    try {
      return Optional.of(
          new LineProcess(
              new ProcessBuilder(List.of(command))
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What it said that it is. */
  String name() {
    return name;
  }

  /** Has a line answered. */
  String ask(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
      return readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String readLine() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the process " + process.info().command().orElse("") + " ended");
    }
    return line;
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
