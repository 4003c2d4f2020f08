package dev.argus.decoder.core;

/** Watches the scheduler work. Called on the scheduler's thread; must neither block nor throw. */
public interface SchedulerObserver {

  /** Watches nothing. */
  SchedulerObserver NONE =
      new SchedulerObserver() {
        @Override
        public void occupied(int slotsUsed, int waiting) {}

        @Override
        public void stepped(Step step) {}

        @Override
        public void moved(SequenceState.Transition transition) {}

        @Override
        public void promptRead(int tokens, int reusedTokens) {}

        @Override
        public void firstToken(long nanosSinceSubmission) {}
      };

  /**
   * After each iteration: how full the decoder is.
   *
   * @param slotsUsed slots that sequences hold
   * @param waiting sequences that wait for a slot
   */
  void occupied(int slotsUsed, int waiting);

  /** After each iteration, with {@link #occupied}: the same in tokens. */
  default void loaded(Load load) {}

  /**
   * Before and after each iteration: how many have work for the model.
   *
   * @param sequences that wait for a slot, have prompt tokens at hand which are to be read, or
   *     generate
   */
  default void burdened(int sequences) {}

  /**
   * A sequence got its slot.
   *
   * @param nanosSinceSubmission how long it waited
   */
  default void granted(long nanosSinceSubmission) {}

  /**
   * A sequence generated a token after its first; not told of tokens before which its reader made
   * it pause.
   *
   * @param nanos time since the token before
   */
  default void generated(long nanos) {}

  /** After each iteration in which the model ran. */
  void stepped(Step step);

  /** A sequence moved from one state to another. */
  void moved(SequenceState.Transition transition);

  /**
   * A sequence's prompt is in its slot.
   *
   * @param tokens the prompt's
   * @param reusedTokens how many of them the model did not have to read: the prefix cache's hits
   */
  void promptRead(int tokens, int reusedTokens);

  /**
   * A sequence generated its first token.
   *
   * @param nanosSinceSubmission time since it was submitted
   */
  void firstToken(long nanosSinceSubmission);

  /**
   * How full the decoder is.
   *
   * @param queuedTokens prompt tokens of sequences that wait for a slot
   * @param usedPositions positions of the KV cache that sequences have filled
   * @param positions there are, in all slots
   */
  record Load(int queuedTokens, long usedPositions, long positions) {}

  /**
   * What one iteration did.
   *
   * @param decodeRows sequences in the decode step
   * @param prefillTokens prompt tokens read
   * @param generatedTokens tokens generated
   * @param nanos how long it took
   */
  record Step(int decodeRows, int prefillTokens, int generatedTokens, long nanos) {}
}
