package dev.argus.gateway.core;

import dev.argus.base.timeline.Activity;
import java.util.List;

/** What a stage sends. */
public sealed interface StageEvent {

  /** The preprocess stage's first. */
  record Planned(PromptPlan plan) implements StageEvent {}

  /**
   * A tile, or the visual tokens of a tile: handed on to the next stage as it is.
   *
   * @param tile the tile's index
   * @param message the stage's own message; not looked into
   */
  record Relayed(int tile, Object message) implements StageEvent {}

  /**
   * The preprocess stage's or the encoder's last.
   *
   * @param activities what the stage did, since its stream was opened
   * @param cachedTiles tiles that the encoder did not encode for this request
   */
  record Finished(List<Activity> activities, int cachedTiles) implements StageEvent {}

  /**
   * The decoder's first, once it has a slot for the request.
   *
   * @param heldTiles how many of the first tiles nobody needs: the slot holds what they become
   */
  record Admitted(int heldTiles) implements StageEvent {}

  /**
   * Generated tokens: handed on to the client as they are.
   *
   * @param message the stage's own message; not looked into
   */
  record Tokens(Object message) implements StageEvent {}

  /**
   * A region that the tokens so far complete: handed on to the client.
   *
   * @param message the stage's own message; not looked into
   */
  record Located(Object message) implements StageEvent {}

  /**
   * The decoder's last.
   *
   * @param reason why generation stopped
   * @param completionTokens generated tokens, an end-of-sequence token included
   * @param cachedTokens prompt tokens that were not read again
   * @param activities what the stage did, since its stream was opened
   */
  record Generated(
      FinishReason reason, int completionTokens, int cachedTokens, List<Activity> activities)
      implements StageEvent {}
}
