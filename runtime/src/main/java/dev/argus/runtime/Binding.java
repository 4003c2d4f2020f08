package dev.argus.runtime;

/**
 * Tensors bound to a session's inputs and outputs: checked once, run many times, each time on what
 * the input tensors hold by then. Owns none of the tensors.
 */
public interface Binding extends AutoCloseable {

  /**
   * Runs the graph once and returns when the output tensors are written.
   *
   * @throws IllegalStateException if the binding, the session or a tensor was closed, or another
   *     thread is running this binding
   * @throws dev.argus.base.failure.ModelFault if the graph fails; the output tensors are then
   *     undefined
   */
  void run();

  /** Forgets the tensors. Idempotent. */
  @Override
  void close();
}
