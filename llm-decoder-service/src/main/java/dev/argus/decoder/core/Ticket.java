package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import java.nio.ByteBuffer;

/**
 * The caller's side of a sequence that a {@link DecoderLoop} works on. Its events come through
 * {@link Request#events}.
 *
 * <p>Thread-safe. After the sequence has ended all methods do nothing. They may wait for at most
 * one iteration of the scheduler, and throw {@link Overloaded} if it hangs and {@link Cancelled} if
 * the thread was interrupted.
 */
public final class Ticket {
  private final long sequence;
  private final Inbox inbox;

  Ticket(long sequence, Inbox inbox) {
    this.sequence = sequence;
    this.inbox = inbox;
  }

  /**
   * Hands over the visual tokens of one span, at most once a span.
   *
   * @param features float32, little-endian, {@code [length of the span, hiddenSize]} from position
   *     to limit; unchanged from now on
   */
  public void visualTokens(int span, ByteBuffer features) {
    inbox.put(new Command.VisualTokens(sequence, span, features));
  }

  /** Tells that the reader took tokens, at least one, so that more may be generated. */
  public void delivered(int tokens) {
    inbox.put(new Command.Delivered(sequence, tokens));
  }

  /** Ends the sequence within one iteration; {@code reason} comes back as its last event. */
  public void cancel(ArgusException reason) {
    inbox.put(new Command.Cancel(sequence, reason));
  }
}
