package dev.argus.preprocess.core.tile;

import dev.argus.base.failure.Cancelled;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Does pieces of work, several at a time where it can. */
@FunctionalInterface
public interface Workers {
  /** Does one after another, on the caller's thread and when they are asked for. */
  Workers ALONE = OneByOne::new;

  /**
   * Begins pieces 0 to {@code pieces - 1}, in this order, once somebody waits for one: ahead of
   * those who will wait for the others.
   *
   * @return to be closed by the caller
   */
  Batch begin(int pieces, IntConsumer work);

  /** Pieces of work that were begun. Belongs to one thread at a time. */
  interface Batch extends AutoCloseable {
    /**
     * Has others do the first {@code count} pieces, where there are some, and does not wait for
     * them. The rest is left alone until somebody waits for pieces.
     */
    void invite(int count);

    /**
     * Returns when the first {@code count} pieces are done; others may be, too. If a piece threw,
     * so does this; others may be left out then.
     */
    void await(int count);

    /**
     * Has others do the first {@code count} pieces and waits for them, without doing any.
     *
     * @return how much of that time nobody did any; empty where nobody would, or if a piece threw
     * @throws Cancelled when the thread is interrupted
     */
    Optional<Duration> awaitOthers(int count);

    /** Leaves out what is not begun, and waits for what is. */
    @Override
    void close();
  }

  /** Does all pieces. If one throws, so does this; others may be left out then. */
  default void together(int pieces, IntConsumer work) {
    try (Batch batch = begin(pieces, work)) {
      batch.await(pieces);
    }
  }
}
