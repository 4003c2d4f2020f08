package dev.argus.gateway.core;

import dev.argus.base.timeline.Activity;
import java.util.List;

/** What a stage sends. */
public sealed interface StageEvent {

  /** The preprocess stage's first. */
  record Planned(PromptPlan plan) implements StageEvent {}

  /**
   * A tile, the visual tokens of a tile, or generated tokens: handed on to the next stage as it is.
   *
   * @param message the stage's own message; not looked into
   */
  record Relayed(Object message) implements StageEvent {}

  /**
   * The preprocess stage's or the encoder's last.
   *
   * @param activities what the stage did, since its stream was opened
   */
  record Finished(List<Activity> activities) implements StageEvent {}

  /**
   * The decoder's last.
   *
   * @param reason why generation stopped
   * @param completionTokens generated tokens, an end-of-sequence token included
   * @param activities what the stage did, since its stream was opened
   */
  record Generated(FinishReason reason, int completionTokens, List<Activity> activities)
      implements StageEvent {}
}
