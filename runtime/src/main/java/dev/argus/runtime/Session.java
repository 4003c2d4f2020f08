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

  /** Unloads the graph, after its runs have ended. Idempotent. */
  @Override
  void close();
}
