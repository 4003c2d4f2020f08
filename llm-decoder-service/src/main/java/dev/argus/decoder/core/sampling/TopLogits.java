package dev.argus.decoder.core.sampling;

/**
 * The highest logits of a row, and whose they are, in any order.
 *
 * @param ids if {@code n} were asked for, all tokens whose logit is not below the {@code n}th
 *     highest: where that is several tokens', more than {@code n}
 * @param logits of each; finite
 */
@SuppressWarnings("ArrayRecordComponent") // On the hot path; never compared.
public record TopLogits(int[] ids, float[] logits) {

  /** The highest of them. */
  float highest() {
    float highest = logits[0];
    for (float logit : logits) {
      highest = Math.max(highest, logit);
    }
    return highest;
  }
}
