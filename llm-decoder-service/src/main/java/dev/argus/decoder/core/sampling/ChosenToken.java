package dev.argus.decoder.core.sampling;

import java.util.Optional;

/**
 * A token of an answer.
 *
 * @param id the token
 * @param logprobs how probable it was, where that was asked for
 */
public record ChosenToken(int id, Optional<TokenLogprobs> logprobs) {}
