package dev.argus.base.sampling;

import dev.argus.base.failure.InvalidInput;

/**
 * How tokens that were there before are made less likely, or more.
 *
 * @param repetition for tokens of the prompt and of the answer: positive logits are divided by it,
 *     others multiplied; above 0, and 1 changes nothing
 * @param presence taken off the logit of every token of the answer once; -2 to 2
 * @param frequency taken off the logit for each time that a token came in the answer; -2 to 2
 */
public record Penalties(float repetition, float presence, float frequency) {

  /** Changes nothing. */
  public static final Penalties NONE = new Penalties(1, 0, 0);

  /**
   * @throws InvalidInput naming the first field out of its range
   */
  public Penalties {
    // Each range is asked for what it allows, so that NaN is never inside.
    if (!(repetition > 0 && repetition < Float.POSITIVE_INFINITY)) {
      throw Sampling.refuse("repetition_penalty", repetition, "above 0 and finite");
    }
    if (!(presence >= -2 && presence <= 2)) {
      throw Sampling.refuse("presence_penalty", presence, "from -2 to 2");
    }
    if (!(frequency >= -2 && frequency <= 2)) {
      throw Sampling.refuse("frequency_penalty", frequency, "from -2 to 2");
    }
  }

  /** Whether logits stay as they are. */
  public boolean none() {
    return repetition == 1 && presence == 0 && frequency == 0;
  }
}
