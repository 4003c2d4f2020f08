package dev.argus.decoder.core.grammar;

/** Watches forms of answers being compiled and kept to. Must neither block nor throw. */
public interface GrammarObserver {

  /** Watches nothing. */
  GrammarObserver NONE =
      new GrammarObserver() {
        @Override
        public void compiled(Format format, long nanos) {}

        @Override
        public void reused(Format format) {}

        @Override
        public void masked(long nanos) {}
      };

  /**
   * A form was compiled, on the calling thread.
   *
   * @param nanos how long it took
   */
  void compiled(Format format, long nanos);

  /** A form that was asked for was there already, on the calling thread. */
  void reused(Format format);

  /**
   * The tokens were ruled out that an answer's next one cannot be, on the scheduler's thread.
   *
   * @param nanos how long it took
   */
  void masked(long nanos);
}
