package dev.argus.decoder.core;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.timeline.Timeline;
import dev.argus.decoder.core.grammar.Constraint;
import dev.argus.decoder.core.text.TextDecoder;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An answer that is asked for. Checked before it is made: see {@link PromptRules}.
 *
 * @param prompt what to answer; its visual tokens come later, one span after another
 * @param priority who gets a slot first: higher before lower, {@link #LOWEST_PRIORITY} to {@link
 *     #HIGHEST_PRIORITY}; 0 where nothing is said
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens to generate; at least 1, and with the prompt not more than a
 *     slot holds
 * @param endIds the tokens that end the answer, unless the sampling ignores them
 * @param text turns the tokens into text; for this answer alone
 * @param constraint keeps the answer to its form, for this answer alone; empty: any form
 * @param deadlineNanos when the caller stops waiting, by the scheduler's clock; empty: never
 * @param timeline where the scheduler records what it does for this answer
 * @param events takes what happens, on the scheduler's thread; must neither block nor throw
 */
public record Request(
    Prompt prompt,
    int priority,
    Sampling sampling,
    int maxTokens,
    Set<Integer> endIds,
    TextDecoder text,
    Optional<Constraint> constraint,
    OptionalLong deadlineNanos,
    Timeline timeline,
    Consumer<Event> events) {

  /**
   * How much earlier a waiting request counts as having come for each step of its priority. So one
   * that waits is overtaken at most by those that come within 20 steps after it: nobody starves.
   */
  public static final Duration PRIORITY_STEP = Duration.ofSeconds(1);

  /** The most that a request may ask to stand back. */
  public static final int LOWEST_PRIORITY = -10;

  /** The most that a request may ask to go ahead. */
  public static final int HIGHEST_PRIORITY = 10;

  /**
   * @throws InvalidInput if the priority is out of its range, or the sampling says otherwise than
   *     the form when the answer ends
   */
  public Request {
    if (priority < LOWEST_PRIORITY || priority > HIGHEST_PRIORITY) {
      throw new InvalidInput(
          "priority",
          "is %d; must be from %d to %d".formatted(priority, LOWEST_PRIORITY, HIGHEST_PRIORITY));
    }
    if (constraint.isPresent() && sampling.stopping().ignoreEndOfSequence()) {
      throw new InvalidInput(
          "sampling.ignore_eos", "must not be set with response_format, which says where to end");
    }
    if (constraint.isPresent() && sampling.stopping().minTokens() > 0) {
      throw new InvalidInput(
          "sampling.min_tokens", "must not be set with response_format, which says where to end");
    }
  }
}
