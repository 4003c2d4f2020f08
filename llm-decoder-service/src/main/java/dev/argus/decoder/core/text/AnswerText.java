package dev.argus.decoder.core.text;

import dev.argus.base.sampling.Stopping;

/**
 * The text of one answer as it grows, up to the first stop string.
 *
 * <p>Text that may be the beginning of a stop string is held back until it is certain. Of several
 * stop strings the one that is complete first counts, of those complete at the same character the
 * longest; the answer ends just before it, or with it where stop strings are to be included. What
 * comes before the least number of tokens cannot be a part of one.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
public final class AnswerText {
  private final TextDecoder decoder;
  private final Stopping stopping;
  private final StopMatcher stops;
  private final StringBuilder held = new StringBuilder();
  private int tokens;
  private boolean stopped;

  /**
   * @param decoder turns ids into text; used by this answer alone
   * @param stopping what ends the answer
   */
  public AnswerText(TextDecoder decoder, Stopping stopping) {
    this.decoder = decoder;
    this.stopping = stopping;
    this.stops = new StopMatcher(stopping.strings());
  }

  /** Takes the next token and returns the text that became certain, which may be empty. */
  public String append(int id) {
    String text = decoder.append(id);
    return ++tokens <= stopping.minTokens() ? text : accept(text);
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
        held.setLength(stopping.includeString() ? held.length() : held.length() - match);
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
