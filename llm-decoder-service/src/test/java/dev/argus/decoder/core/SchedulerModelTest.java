package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand sequences of random events: arrivals, visual tokens, readers fast and slow,
 * cancellations, deadlines, failures of encoder and model, too few slots, prompts that begin alike;
 * against what each sequence would answer alone. The promises are checked after every event: see
 * {@link RandomLoad}.
 *
 * <p>Seeds follow each other from {@code -Dargus.test.seed}, or 0; a failure names its own, so that
 * {@code -Dargus.test.seed=<it>} begins with the run that failed.
 */
class SchedulerModelTest {
  private static final int RUNS = 10_000;

  @Test
  void keepsItsPromisesUnderRandomEvents() {
    long first = Long.getLong("argus.test.seed", 0);
    Set<SequenceState.Transition> visited = new HashSet<>();
    Set<Class<?>> endings = new HashSet<>();
    int sequences = 0;
    int reusedTokens = 0;
    for (long seed = first; seed < first + RUNS; seed++) {
      var load = new RandomLoad(seed);
      try {
        load.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dargus.test.seed=" + seed, e);
      }
      visited.addAll(load.visited());
      endings.addAll(load.endings());
      sequences += load.sequences();
      reusedTokens += load.reusedTokens();
    }
    System.out.printf(
        "seeds %d to %d: %d sequences, %d prompt tokens reused%n",
        first, first + RUNS - 1, sequences, reusedTokens);
    assertThat(sequences).isGreaterThan(7 * RUNS);
    assertThat(reusedTokens).isGreaterThan(4 * RUNS);
    assertThat(visited).containsExactlyInAnyOrderElementsOf(SequenceState.TRANSITIONS);
    assertThat(endings)
        .contains(
            Event.Finished.class,
            Cancelled.class,
            DeadlineExpired.class,
            ModelFault.class,
            Overloaded.class,
            Upstream.class);
  }
}
