package dev.argus.decoder.core.grammar;

import org.jspecify.annotations.Nullable;

/**
 * A place in a rule, and the place to go on from when the rule has ended: a stack that shares what
 * lies below. Immutable; equal where all states are.
 */
final class Frame {
  /** Stands for whatever comes after a rule. */
  static final Frame OUTSIDE = new Frame(-1, null, 0);

  private final int state;
  private final @Nullable Frame back;
  private final int distance;
  private final int hash;

  /**
   * @param back null in the first rule
   * @param distance tokens that suffice from here to the end of everything
   */
  Frame(int state, @Nullable Frame back, int distance) {
    this.state = state;
    this.back = back;
    this.distance = distance;
    this.hash = 31 * (back == null ? 0 : back.hash) + state;
  }

  boolean isOutside() {
    return state < 0;
  }

  int state() {
    return state;
  }

  @Nullable Frame back() {
    return back;
  }

  int distance() {
    return distance;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Frame frame) || frame.hash != hash) {
      return false;
    }
    Frame a = this;
    Frame b = frame;
    while (a != null && b != null && a != b && a.state == b.state) { // Stacks may be deep.
      a = a.back;
      b = b.back;
    }
    return a == b;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
