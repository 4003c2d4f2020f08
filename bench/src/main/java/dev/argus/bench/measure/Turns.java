package dev.argus.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures several candidates in turns, A, B, A, B and so on, so that what slows the machine for a
 * while slows all of them.
 *
 * @param warmUps turns that are not counted
 * @param runs turns that are
 * @param afterEach told after each turn of each candidate
 */
public record Turns(int warmUps, int runs, Runnable afterEach) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Turns of one candidate, those that are not counted included. */
  public int each() {
    return warmUps + runs;
  }

  /**
   * Takes turns.
   *
   * @param steps how many times each turn repeats the action; each is a sample
   * @param action what is timed
   */
  public <T> Map<T, Samples> measure(List<T> candidates, int steps, Consumer<T> action) {
    Map<T, List<Double>> millis = new LinkedHashMap<>();
    candidates.forEach(candidate -> millis.put(candidate, new ArrayList<>()));
    for (int turn = 0; turn < each(); turn++) {
      boolean counts = turn >= warmUps;
      millis.forEach((candidate, samples) -> {
        for (int step = 0; step < steps; step++) {
          double sample = time(candidate, action);
          if (counts) {
            samples.add(sample);
          }
        }
        afterEach.run();
      });
    }
    Map<T, Samples> all = new LinkedHashMap<>();
    millis.forEach((candidate, samples) -> all.put(candidate, new Samples(samples)));
    return all;
  }

  private static <T> double time(T candidate, Consumer<T> action) {
    long start = System.nanoTime();
    action.accept(candidate);
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }
}
