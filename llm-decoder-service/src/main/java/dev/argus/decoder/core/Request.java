package dev.argus.decoder.core;

import dev.argus.base.timeline.Timeline;
import dev.argus.decoder.core.sampling.Sampling;
import dev.argus.decoder.core.text.TextDecoder;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An answer that is asked for. Checked before it is made: see {@link PromptRules}.
 *
 * @param prompt what to answer; its visual tokens come later, one span after another
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens to generate; at least 1, and with the prompt not more than a
 *     slot holds
 * @param endIds the tokens that end the answer, unless the sampling ignores them
 * @param text turns the tokens into text; for this answer alone
 * @param deadlineNanos when the caller stops waiting, by the scheduler's clock; empty: never
 * @param timeline where the scheduler records what it does for this answer
 * @param events takes what happens, on the scheduler's thread; must neither block nor throw
 */
public record Request(
    Prompt prompt,
    Sampling sampling,
    int maxTokens,
    Set<Integer> endIds,
    TextDecoder text,
    OptionalLong deadlineNanos,
    Timeline timeline,
    Consumer<Event> events) {}
