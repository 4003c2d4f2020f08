package dev.argus.bench.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that says what it is, and then answers lines by lines. It ends when there are no more.
 * Used by one thread.
 */
public final class LineProcess implements AutoCloseable {
  private static final int CLOSE_SECONDS = 5;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String greeting;

  private LineProcess(Process process) throws IOException {
    this.process = process;
    this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.greeting = nextLine();
  }

  /**
   * Starts it, and waits until it says what it is.
   *
   * @param errors where its standard error goes
   * @throws IOException where there is no such command, or it ends without a word
   */
  public static LineProcess start(Redirect errors, String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectError(errors).start();
    try {
      return new LineProcess(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Starts it without its standard error; empty where it cannot be. */
  public static Optional<LineProcess> startIfThere(String... command) {
    try {
      return Optional.of(start(Redirect.DISCARD, command));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What it said that it is. */
  public String greeting() {
    return greeting;
  }

  /** Sends a line. */
  public void send(String line) {
    try {
      requests.write(line + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its next line. */
  public String receive() {
    try {
      return nextLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has a line answered by one. */
  public String ask(String request) {
    send(request);
    return receive();
  }

  private String nextLine() throws IOException {
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
