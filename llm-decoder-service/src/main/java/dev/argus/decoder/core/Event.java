package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;

/**
 * What the caller of a sequence learns. In order: at most one {@link PrefillBegan}, any number of
 * {@link Token}s, then exactly one {@link Finished} or {@link Failed}. Immutable.
 */
public sealed interface Event {

  /** The model begins to read the prompt; waiting for a slot is over. */
  record PrefillBegan() implements Event {}

  /**
   * A token was generated.
   *
   * @param id the token
   * @param text the text that became certain with it; may be empty
   */
  record Token(int id, String text) implements Event {}

  /**
   * The answer is complete.
   *
   * @param reason why
   * @param tokens how many tokens were generated, an end-of-sequence token included
   */
  record Finished(FinishReason reason, int tokens) implements Event {}

  /**
   * The sequence ended without a complete answer.
   *
   * @param failure why; {@code Cancelled}, {@code DeadlineExpired}, {@code Overloaded}, {@code
   *     ModelFault}, or the reason its caller gave
   */
  record Failed(ArgusException failure) implements Event {}
}
