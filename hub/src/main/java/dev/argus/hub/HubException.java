package dev.argus.hub;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An import that cannot go on. The message is one line for the user: what is wrong, and what to do
 * about it.
 */
public final class HubException extends IOException {
  private static final int LONGEST_QUOTE = 200;

  public HubException(String message) {
    this(message, null);
  }

  public HubException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What a server said, made fit for one line of a terminal. */
  static String quote(String said) {
    String line = said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }
}
