package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.decoder.core.sampling.TokenLogprobs;
import java.util.Optional;

/**
 * What the caller of a sequence learns. In order: at most one {@link Admitted}, any number of
 * {@link Token}s, then exactly one {@link Finished} or {@link Failed}. Immutable.
 */
public sealed interface Event {

  /**
   * The sequence has a slot: waiting for one is over.
   *
   * @param reusedTokens how many of the prompt's first tokens the slot holds already. The visual
   *     tokens of spans that end there or before are not needed any more
   */
  record Admitted(int reusedTokens) implements Event {}

  /**
   * A token was generated.
   *
   * @param id the token
   * @param text the text that became certain with it; may be empty
   * @param logprobs how probable it was, where that was asked for
   */
  record Token(int id, String text, Optional<TokenLogprobs> logprobs) implements Event {}

  /**
   * The answer is complete.
   *
   * @param reason why
   * @param tokens how many tokens were generated, an end-of-sequence token included
   * @param reusedTokens how many tokens of the prompt were not read by the model because a slot
   *     held them; at least as many as at the admission
   */
  record Finished(FinishReason reason, int tokens, int reusedTokens) implements Event {}

  /**
   * The sequence ended without a complete answer.
   *
   * @param failure why; {@code Cancelled}, {@code DeadlineExpired}, {@code Overloaded}, {@code
   *     ModelFault}, or the reason its caller gave
   */
  record Failed(ArgusException failure) implements Event {}
}
