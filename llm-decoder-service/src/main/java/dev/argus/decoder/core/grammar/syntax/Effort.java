package dev.argus.decoder.core.grammar.syntax;

import dev.argus.base.failure.InvalidInput;

/**
 * What compiling one form may cost, in states that are kept and steps that are taken: so that one
 * which is small to write and large to compile is refused in less than a second, rather than
 * computed for minutes. Not thread-safe.
 */
final class Effort {
  private static final int MOST_STATES = 40_000;
  private static final int MOST_STEPS = 20_000_000;

  private final String field;
  private int states;
  private int steps;

  /**
   * @param field what to name when it is too much
   */
  Effort(String field) {
    this.field = field;
  }

  String field() {
    return field;
  }

  /** One more state of an automaton. */
  void state() {
    states++;
    if (states > MOST_STATES) {
      throw tooLarge();
    }
  }

  /** So many more steps. */
  void steps(int count) {
    steps += count;
    if (steps > MOST_STEPS) {
      throw tooLarge();
    }
  }

  /** A step's states, which are not kept, are as many as may be. */
  void ensureSmall(int nodes) {
    if (nodes > MOST_STATES) {
      throw tooLarge();
    }
  }

  private InvalidInput tooLarge() {
    return new InvalidInput(
        field,
        "is too large to compile: it takes more than %d states or %d steps"
            .formatted(MOST_STATES, MOST_STEPS));
  }
}
