package dev.argus.gateway.core;

import dev.argus.base.timeline.Activity;
import java.util.List;

/**
 * How a request ended well.
 *
 * @param plan the prompt
 * @param reason why generation stopped
 * @param completionTokens generated tokens
 * @param cachedTokens prompt tokens that the decoder held already
 * @param cachedTiles tiles that were not encoded for this request
 * @param ttftNanos from the request's receipt to the sending of its first token; 0 when there was
 *     none
 * @param totalNanos from the request's receipt to its end
 * @param activities what every stage did, by the gateway's clock from the request's receipt
 */
public record Answer(
    PromptPlan plan,
    FinishReason reason,
    int completionTokens,
    int cachedTokens,
    int cachedTiles,
    long ttftNanos,
    long totalNanos,
    List<StageActivity> activities) {

  /** One thing that a stage did. */
  public record StageActivity(StageName stage, Activity activity) {}
}
