package dev.argus.bench.decode;

import dev.argus.decoder.core.SchedulerObserver;
import dev.argus.decoder.core.SequenceState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Remembers every iteration in which the model ran. Written by the scheduler's thread, read by
 * others after {@link #take}.
 */
final class StepLog implements SchedulerObserver {
  private final LongSupplier runNanos;
  private List<Entry> entries = new ArrayList<>();

  /**
   * An iteration.
   *
   * @param step what it did
   * @param endNanos when it was over, by {@link System#nanoTime}
   * @param runNanos time of all runs of the model up to then
   */
  record Entry(Step step, long endNanos, long runNanos) {}

  /**
   * @param runNanos time of all runs of the model so far
   */
  StepLog(LongSupplier runNanos) {
    this.runNanos = runNanos;
  }

  /** The iterations since the last call. */
  synchronized List<Entry> take() {
    List<Entry> taken = entries;
    entries = new ArrayList<>();
    return taken;
  }

  @Override
  public synchronized void stepped(Step step) {
    entries.add(new Entry(step, System.nanoTime(), runNanos.getAsLong()));
  }

  @Override
  public void occupied(int slotsUsed, int waiting) {}

  @Override
  public void moved(SequenceState.Transition transition) {}

  @Override
  public void promptRead(int tokens, int reusedTokens) {}

  @Override
  public void firstToken(long nanosSinceSubmission) {}
}
