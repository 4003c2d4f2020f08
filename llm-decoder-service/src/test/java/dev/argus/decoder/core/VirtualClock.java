package dev.argus.decoder.core;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that a test moves. */
final class VirtualClock implements LongSupplier {
  private long nanos = 1_000_000;

  @Override
  public long getAsLong() {
    return nanos;
  }

  void advance(Duration duration) {
    nanos += duration.toNanos();
  }
}
