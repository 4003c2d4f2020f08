package dev.argus.cli.chat;

import java.util.Optional;

/** Where the lines of a chat come from. */
public interface LineSource extends AutoCloseable {

  /** The next line; empty at the end. */
  Optional<String> next();

  /**
   * Runs a task that an interrupt from the keyboard gives up, instead of ending the process.
   *
   * @param giveUp called, from another thread, on an interrupt
   */
  void runInterruptibly(Runnable task, Runnable giveUp);

  @Override
  void close();
}
