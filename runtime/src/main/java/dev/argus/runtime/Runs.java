package dev.argus.runtime;

import dev.argus.runtime.capi.Lifetime;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** The runs of a binding: one at a time, and each with all that it uses kept alive. Thread-safe. */
final class Runs implements AutoCloseable {
  private final Lifetime binding;

  /** The session and the tensors, each once. */
  private final Lifetime[] used;

  private final AtomicBoolean running = new AtomicBoolean();

  private Runs(Lifetime binding, SequencedSet<Lifetime> used) {
    this.binding = binding;
    this.used = used.toArray(Lifetime[]::new);
  }

  /**
   * Runs of a binding of tensors.
   *
   * @param free frees what is native about the binding; called once, after its last run
   */
  static Runs of(Lifetime session, List<Map<String, MemoryTensor>> tensors, Runnable free) {
    SequencedSet<Lifetime> used = new LinkedHashSet<>();
    used.add(session);
    tensors.forEach(side -> side.values().forEach(tensor -> used.add(tensor.lifetime())));
    return new Runs(new Lifetime("the binding", free), used);
  }

  /**
   * Runs.
   *
   * @throws IllegalStateException if another thread does, or something was closed
   */
  void run(Runnable run) {
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException("the binding is running in another thread");
    }
    try (var _ = binding.hold()) {
      int acquired = 0;
      try {
        for (Lifetime lifetime : used) {
          lifetime.acquire();
          acquired++;
        }
        run.run();
      } finally {
        for (int i = 0; i < acquired; i++) {
          used[i].release();
        }
      }
    } finally {
      running.set(false);
    }
  }

  @Override
  public void close() {
    binding.close();
  }

  /**
   * The tensors as they lie in a device's memory.
   *
   * @throws IllegalArgumentException if one does not lie there
   * @throws IllegalStateException if one is closed
   */
  static Map<String, MemoryTensor> inMemory(Memory memory, Map<String, Tensor> tensors) {
    Map<String, MemoryTensor> there = HashMap.newHashMap(tensors.size());
    tensors.forEach((name, tensor) -> {
      if (!(tensor instanceof MemoryTensor mine) || !mine.memory().equals(memory)) {
        throw new IllegalArgumentException(name + " is bound to another device's tensor");
      }
      mine.lifetime().requireOpen();
      there.put(name, mine);
    });
    return there;
  }
}
