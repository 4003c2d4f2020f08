package dev.argus.hub;

import java.time.Duration;

/** Lets time pass before something is tried again. */
@FunctionalInterface
public interface Pause {
  /** Blocks the calling thread for so long. */
  void pause(Duration time) throws InterruptedException;
}
