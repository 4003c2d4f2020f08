package dev.argus.decoder.core;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a sequence is in its life. {@code docs/scheduler.md} draws the states and says who may
 * cause each transition; {@link #TRANSITIONS} is the whole truth.
 */
public enum SequenceState {
  /** Accepted; waiting for a slot. */
  WAITING,
  /** Has a slot, and its next prompt tokens are all there: it is waiting for its next chunk. */
  PREFILLING,
  /** Has a slot, but its next prompt tokens are visual tokens that have not arrived. */
  AWAITING_VISUAL,
  /** The prompt is in the slot; every step generates a token. */
  DECODING,
  /** Keeps its slot but is not scheduled: its reader has too many tokens before it. */
  PAUSED,
  /** The answer is complete; the slot is free. */
  FINISHED,
  /** Ended without a complete answer; the slot is free. */
  FAILED;

  /**
   * A row of the transition table.
   *
   * @param from the state before
   * @param signal what happened
   * @param to the state after
   */
  public record Transition(SequenceState from, Signal signal, SequenceState to) {}

  /** Every transition that there is. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(WAITING, Signal.SLOT_GRANTED, PREFILLING),
          new Transition(WAITING, Signal.GIVEN_UP, FAILED),
          new Transition(PREFILLING, Signal.VISUAL_MISSING, AWAITING_VISUAL),
          new Transition(PREFILLING, Signal.PROMPT_READ, DECODING),
          new Transition(PREFILLING, Signal.GIVEN_UP, FAILED),
          new Transition(AWAITING_VISUAL, Signal.VISUAL_ARRIVED, PREFILLING),
          new Transition(AWAITING_VISUAL, Signal.GIVEN_UP, FAILED),
          new Transition(DECODING, Signal.READER_BEHIND, PAUSED),
          new Transition(DECODING, Signal.ANSWER_ENDED, FINISHED),
          new Transition(DECODING, Signal.GIVEN_UP, FAILED),
          new Transition(PAUSED, Signal.READER_CAUGHT_UP, DECODING),
          new Transition(PAUSED, Signal.GIVEN_UP, FAILED));

  private static final Map<SequenceState, Map<Signal, Transition>> NEXT = index();

  /**
   * What a signal leads to.
   *
   * @throws IllegalStateException if the table has no such transition
   */
  public Transition on(Signal signal) {
    Transition next = NEXT.getOrDefault(this, Map.of()).get(signal);
    if (next == null) {
      throw new IllegalStateException("no transition from " + this + " on " + signal);
    }
    return next;
  }

  /** Whether a sequence in this state occupies a slot. */
  public boolean holdsSlot() {
    return switch (this) {
      case PREFILLING, AWAITING_VISUAL, DECODING, PAUSED -> true;
      case WAITING, FINISHED, FAILED -> false;
    };
  }

  /** Whether nothing follows. */
  public boolean terminal() {
    return this == FINISHED || this == FAILED;
  }

  private static Map<SequenceState, Map<Signal, Transition>> index() {
    return TRANSITIONS.stream()
        .collect(
            Collectors.groupingBy(
                Transition::from,
                () -> new EnumMap<>(SequenceState.class),
                Collectors.toMap(Transition::signal, Function.identity())));
  }

  /** What can happen to a sequence. */
  public enum Signal {
    /** The scheduler gave it a slot. */
    SLOT_GRANTED,
    /** The scheduler found that its next prompt tokens are not there. */
    VISUAL_MISSING,
    /** The caller sent the visual tokens it was waiting for. */
    VISUAL_ARRIVED,
    /** The model has read its whole prompt, and the first token is chosen. */
    PROMPT_READ,
    /** The scheduler found too many tokens undelivered. */
    READER_BEHIND,
    /** The reader took tokens. */
    READER_CAUGHT_UP,
    /** The model or a limit ended the answer. */
    ANSWER_ENDED,
    /** The caller cancelled, a time limit passed, or the model failed. */
    GIVEN_UP
  }
}
