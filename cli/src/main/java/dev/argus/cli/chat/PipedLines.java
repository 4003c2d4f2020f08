package dev.argus.cli.chat;

import dev.argus.cli.client.Interrupt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Lines of a file or a pipe. An interrupt ends them: there is nobody to ask for the next. */
public final class PipedLines implements LineSource {
  private final BufferedReader reader;
  private volatile boolean interrupted;

  /**
   * @param reader read to its end, and closed with this
   */
  public PipedLines(BufferedReader reader) {
    this.reader = reader;
  }

  @Override
  public Optional<String> next() {
    if (interrupted) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void runInterruptibly(Runnable task, Runnable giveUp) {
    Interrupt.during(
        task,
        () -> {
          interrupted = true;
          giveUp.run();
        });
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
