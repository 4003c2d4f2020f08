package dev.argus.preprocess.core.tile;

import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Pieces of work that nobody does ahead. */
final class OneByOne implements Workers.Batch {
  private final int pieces;
  private final IntConsumer work;
  private int done;

  OneByOne(int pieces, IntConsumer work) {
    this.pieces = pieces;
    this.work = work;
  }

  @Override
  public void invite(int count) {}

  @Override
  public void await(int count) {
    while (done < Math.min(count, pieces)) {
      work.accept(done++);
    }
  }

  @Override
  public Optional<Duration> awaitOthers(int count) {
    return done >= Math.min(count, pieces) ? Optional.of(Duration.ZERO) : Optional.empty();
  }

  @Override
  public void close() {}
}
