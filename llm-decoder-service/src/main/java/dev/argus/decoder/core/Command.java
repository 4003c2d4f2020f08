package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;
import java.nio.ByteBuffer;

/**
 * What other threads ask of the scheduler. Immutable. A command for a sequence that has ended
 * changes nothing.
 */
public sealed interface Command {

  /** The sequence it is about. */
  long sequence();

  /**
   * Begins a sequence.
   *
   * @param sequence a number never used before
   * @param request what to answer
   */
  record Submit(long sequence, Request request) implements Command {}

  /**
   * The visual tokens of one span are there. At most once a span.
   *
   * @param sequence whose
   * @param span index in the layout's spans
   * @param features float32, little-endian, {@code [length of the span, hiddenSize]} from position
   *     to limit; unchanged from now on
   */
  record VisualTokens(long sequence, int span, ByteBuffer features) implements Command {}

  /**
   * The reader took tokens.
   *
   * @param sequence whose
   * @param tokens how many {@link Event.Token}s since the last such command; at least 1
   */
  record Delivered(long sequence, int tokens) implements Command {}

  /**
   * Ends a sequence.
   *
   * @param sequence which
   * @param reason what its caller is told
   */
  record Cancel(long sequence, ArgusException reason) implements Command {}
}
