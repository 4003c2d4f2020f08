package dev.argus.decoder.core.text;

import java.util.List;

/**
 * The text of one answer as it grows, up to the first stop string.
 *
 * <p>Text that may be the beginning of a stop string is held back until it is certain. Of several
 * stop strings the one that is complete first counts, of those complete at the same character the
 * longest; the answer ends just before it.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
public final class AnswerText {
  private final TextDecoder decoder;
  private final StopMatcher stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * @param decoder turns ids into text; used by this answer alone
   * @param stop strings that end the answer; none is empty
   */
  public AnswerText(TextDecoder decoder, List<String> stop) {
    this.decoder = decoder;
    this.stops = new StopMatcher(stop);
  }

  /** Takes the next token and returns the text that became certain, which may be empty. */
  public String append(int id) {
    return accept(decoder.append(id));
  }

  /** Whether a stop string appeared. No text comes after that. */
  public boolean stopped() {
    return stopped;
  }

  /** Ends the answer and returns the text that was held back. */
  public String finish() {
    String last = accept(decoder.finish());
    return stopped ? last : last + take(held.length());
  }

  private String accept(String text) {
    for (int i = 0; i < text.length() && !stopped; i++) {
      held.append(text.charAt(i));
      int match = stops.advance(text.charAt(i));
      if (match > 0) {
        stopped = true;
        held.setLength(held.length() - match);
      }
    }
    return take(stopped ? held.length() : held.length() - stops.pending());
  }

  private String take(int length) {
    String taken = held.substring(0, length);
    held.delete(0, length);
    return taken;
  }
}
