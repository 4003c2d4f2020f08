package dev.argus.preprocess.core.tile;

import java.util.function.IntConsumer;

/** Does pieces of work, several at a time where it can. */
@FunctionalInterface
public interface Workers {
  /** Does one after another, on the caller's thread. */
  Workers ALONE =
      (pieces, work) -> {
        for (int piece = 0; piece < pieces; piece++) {
          work.accept(piece);
        }
      };

  /**
   * Does pieces 0 to {@code pieces - 1}, begun in this order, and returns when all are done. If one
   * throws, so does this; others may be left out then.
   */
  void together(int pieces, IntConsumer work);
}
