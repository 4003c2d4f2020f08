package dev.argus.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.argus.base.failure.ModelFault;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A run, prepared: the maps that ONNX Runtime's {@code run(inputs, outputs, pinnedOutputs)} wants.
 * Every output is pinned, so that nothing native is allocated or copied for results, and a tensor
 * that is input and output at once is recognised by its address.
 */
final class CpuBinding implements Binding {
  private final CpuSession session;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  /** The session and the tensors, each once. */
  private final List<Lifetime> used;

  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean closed;

  CpuBinding(CpuSession session, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    Set<Lifetime> lifetimes = new LinkedHashSet<>();
    lifetimes.add(session.lifetime());
    this.session = session;
    this.inputs = values(inputs, lifetimes);
    this.outputs = values(outputs, lifetimes);
    this.used = List.copyOf(lifetimes);
  }

  private static Map<String, OnnxTensor> values(
      Map<String, Tensor> tensors, Set<Lifetime> lifetimes) {
    Map<String, OnnxTensor> values = HashMap.newHashMap(tensors.size());
    tensors.forEach((name, tensor) -> {
      if (!(tensor instanceof CpuTensor cpu)) {
        throw new IllegalArgumentException(name + " is bound to another device's tensor");
      }
      cpu.lifetime().requireOpen();
      lifetimes.add(cpu.lifetime());
      values.put(name, cpu.value());
    });
    return values;
  }

  @Override
  public void run() {
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException("the binding is running in another thread");
    }
    int acquired = 0;
    try {
      requireOpen();
      for (Lifetime lifetime : used) {
        lifetime.acquire();
        acquired++;
      }
      runNative();
    } finally {
      for (Lifetime lifetime : used.subList(0, acquired)) {
        lifetime.release();
      }
      running.set(false);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the binding is closed");
    }
  }

  private void runNative() {
    try (OrtSession.Result _ = session.ortSession().run(inputs, Set.of(), outputs)) {
      // Everything is in the pinned outputs.
    } catch (OrtException e) {
      throw new ModelFault("%s failed: %s".formatted(session.name(), e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
