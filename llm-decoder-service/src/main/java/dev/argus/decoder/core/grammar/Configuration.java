package dev.argus.decoder.core.grammar;

import java.util.Set;

/**
 * Where an answer is: in all places at once that what was said so far leads to. Immutable.
 *
 * @param frames places from which a byte or a marker leads on
 * @param complete whether the answer may end here
 */
record Configuration(Set<Frame> frames, boolean complete) {

  /** Whether there is no way on and no end. */
  boolean isDead() {
    return frames.isEmpty() && !complete;
  }

  /** How many tokens surely suffice to end. */
  int distance() {
    return complete ? 0 : frames.stream().mapToInt(Frame::distance).min().orElse(Integer.MAX_VALUE);
  }
}
