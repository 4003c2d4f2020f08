package dev.argus.bench.graphs;

import dev.argus.base.failure.ModelFault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A contender that is loaded.
 *
 * @param model what it runs; closed by whoever opened it
 * @param loadMillis how long loading took
 */
record Opened<T extends AutoCloseable>(Contender contender, T model, double loadMillis) {

  /**
   * Loads all contenders that can be.
   *
   * @param refused told which cannot be, and why
   */
  static <T extends AutoCloseable> List<Opened<T>> all(
      List<Contender> contenders,
      Function<Contender, T> open,
      BiConsumer<Contender, ModelFault> refused) {
    List<Opened<T>> all = new ArrayList<>();
    for (Contender contender : contenders) {
      long start = System.nanoTime();
      try {
        T model = open.apply(contender);
        all.add(new Opened<>(contender, model, (System.nanoTime() - start) / 1e6));
      } catch (ModelFault e) {
        refused.accept(contender, e);
      }
    }
    return all;
  }
}
