package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;

/** The client's end of a request. */
public interface Listener {

  /**
   * The prompt is known.
   *
   * @throws ArgusException when the request is not to go on with it
   */
  void planned(PromptPlan plan);

  /**
   * Sends generated tokens; waits while the client is slow.
   *
   * @param message the decoder's own message
   * @throws ArgusException when the client is gone, or slower than is waited for
   */
  void tokens(Object message);

  /**
   * Sends a region that the tokens so far complete; waits while the client is slow.
   *
   * @param message the decoder's own message
   * @throws ArgusException when the client is gone, or slower than is waited for
   */
  void region(Object message);

  /** The request has failed: a wait in {@link #tokens} or {@link #region} throws the reason. */
  void abort(ArgusException reason);
}
