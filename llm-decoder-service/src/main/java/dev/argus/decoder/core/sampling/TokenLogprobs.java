package dev.argus.decoder.core.sampling;

import java.util.List;

/**
 * Log-probabilities in one place of an answer, by the model's own distribution: before penalties,
 * biases, temperature and filters. Natural logarithms.
 *
 * @param chosen of the token that was chosen
 * @param top of the most probable ones, by falling probability, then ascending id
 */
public record TokenLogprobs(double chosen, List<Alternative> top) {

  /**
   * A token that might have been chosen.
   *
   * @param id the token
   * @param logprob of it
   */
  public record Alternative(int id, double logprob) {}
}
