package dev.argus.preprocess.core.tile;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Working memory for as many threads as work at the same time, lent for one piece of work each.
 * Thread-safe.
 */
final class ScratchPool {
  private final ConcurrentLinkedDeque<Scratch> idle = new ConcurrentLinkedDeque<>();

  /** Does a piece of work with memory of its own. */
  void with(Consumer<Scratch> work) {
    Scratch scratch = take();
    try {
      work.accept(scratch);
    } finally {
      giveBack(scratch);
    }
  }

  /** Takes working memory, to be given back. */
  Scratch take() {
    Scratch scratch = idle.pollFirst();
    return scratch == null ? new Scratch() : scratch;
  }

  void giveBack(Scratch scratch) {
    scratch.rewind();
    idle.addFirst(scratch);
  }
}
