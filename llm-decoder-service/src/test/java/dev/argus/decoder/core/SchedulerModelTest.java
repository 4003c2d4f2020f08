package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random arrivals, visual tokens, readers, cancellations, deadlines and model failures, against
 * what each sequence would answer alone. The invariants are checked after every event; see {@link
 * RandomLoad}.
 */
class SchedulerModelTest {
  private static final int RUNS = 300;

  @Test
  void keepsItsPromisesUnderRandomEvents() {
    Set<SequenceState.Transition> visited = new HashSet<>();
    Set<Class<?>> endings = new HashSet<>();
    int sequences = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      var load = new RandomLoad(seed);
      try {
        load.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      visited.addAll(load.visited());
      endings.addAll(load.endings());
      sequences += load.sequences();
    }
    assertThat(sequences).isGreaterThan(5000);
    assertThat(visited).containsExactlyInAnyOrderElementsOf(SequenceState.TRANSITIONS);
    assertThat(endings.stream().map(Class::getSimpleName).collect(Collectors.toSet()))
        .contains(
            Event.Finished.class.getSimpleName(),
            Cancelled.class.getSimpleName(),
            DeadlineExpired.class.getSimpleName(),
            ModelFault.class.getSimpleName(),
            Overloaded.class.getSimpleName());
  }
}
