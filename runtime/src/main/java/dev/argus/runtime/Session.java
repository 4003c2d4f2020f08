package dev.argus.runtime;

import java.util.Map;

/**
 * A graph, loaded and ready to run.
 *
 * <p>Thread-safe: several bindings of one session may run at once.
 */
public interface Session extends AutoCloseable {

  /** The inputs by name, in the graph's order. */
  Map<String, TensorSpec> inputs();

  /** The outputs by name, in the graph's order. */
  Map<String, TensorSpec> outputs();

  /**
   * Binds tensors to the graph's inputs and outputs. A tensor may be an input and an output at
   * once, which is how a KV cache grows in place: the graph's operators must allow it.
   *
   * @param inputs a tensor for every input
   * @param outputs a tensor for every output whose value is wanted
   * @throws IllegalArgumentException if one is missing, unknown, of a wrong type or of a shape that
   *     contradicts the graph or another tensor's
   */
  Binding bind(Map<String, Tensor> inputs, Map<String, Tensor> outputs);

  /**
   * Binds tensors as {@link #bind} does, for runs that differ in nothing but what is in the
   * device's memory: if the device records ({@link Device#recording}), the first run is recorded,
   * and later ones repeat it. An input that the graph reads on the processor is read now, and not
   * again: what is written to its tensor later is not seen.
   *
   * <p>Recordings are kept as long as the session. Of one session, one run at a time, of any of its
   * bindings, and those of recorded ones all in one thread, as each thread records for itself.
   *
   * @throws IllegalArgumentException as above
   */
  Binding bindRecorded(Map<String, Tensor> inputs, Map<String, Tensor> outputs);

  /** Unloads the graph, after its runs have ended. Idempotent. */
  @Override
  void close();
}
