package dev.argus.cli.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Lines of a file or a pipe. An interrupt ends the process, as it does for other filters. */
public final class PipedLines implements LineSource {
  private final BufferedReader reader;

  /**
   * @param reader read to its end, and closed with this
   */
  public PipedLines(BufferedReader reader) {
    this.reader = reader;
  }

  @Override
  public Optional<String> next() {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void runInterruptibly(Runnable task, Runnable giveUp) {
    task.run();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
