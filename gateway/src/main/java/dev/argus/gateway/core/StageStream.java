package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;

/**
 * An open stream to one stage. One thread sends while another receives; any thread cancels. Both
 * directions wait for the other side, within limits of their own.
 */
public interface StageStream {

  /**
   * Hands on a message; waits while the stage has no room. Does nothing once the stage has ended
   * its stream well: it has no need of more, as a decoder that found a tile's tokens in its slot.
   *
   * @throws ArgusException what ended the stream
   */
  void send(Object message);

  /** Says that no more messages follow. */
  void halfClose();

  /**
   * Waits for what the stage sends next.
   *
   * @throws ArgusException what ended the stream, its early end included
   */
  StageEvent next();

  /**
   * Ends the stream at once; waits in other threads throw the reason. Does nothing once it has
   * ended.
   */
  void cancel(ArgusException reason);
}
