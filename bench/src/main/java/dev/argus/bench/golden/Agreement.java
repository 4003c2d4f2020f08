package dev.argus.bench.golden;

/**
 * How far one conversation's results are from the reference's.
 *
 * @param checkpoint its folder's name
 * @param conversation its name
 * @param precision such as fp32, or fp16+fp32 where the language model has another than the vision
 *     tower
 * @param featureError relative L2 distance of the visual tokens; 0 without a picture
 * @param logitError relative L2 distance of the logits after the prompt
 * @param agreed first tokens of the answer that are the reference's
 * @param tokens of the reference's answer
 */
record Agreement(
    String checkpoint,
    String conversation,
    String precision,
    double featureError,
    double logitError,
    int agreed,
    int tokens) {

  boolean whole() {
    return agreed == tokens;
  }
}
