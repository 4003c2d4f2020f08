package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtIoBinding;
import dev.argus.runtime.capi.OrtValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run through the C API, prepared once in native memory: a run makes no garbage, and tensors stay
 * on their device.
 *
 * <p>Design note: some inputs a graph wants on the processor although it runs on a GPU, such as the
 * longest sequence's length. ONNX Runtime copies such an input when it is bound and does not say
 * which they are. So on a GPU every input is bound again for each run, but for those that are
 * outputs too: a cache lives where it is computed. Binding what needs no copy costs a look-up.
 */
final class NativeBinding implements Binding {
  private final NativeSession session;
  private final OrtIoBinding binding;
  private final Map<String, OrtValue> boundForEachRun = new HashMap<>();
  private final Runs runs;

  NativeBinding(
      NativeSession session, Map<String, MemoryTensor> inputs, Map<String, MemoryTensor> outputs) {
    this.session = session;
    this.binding = new OrtIoBinding(session.ortSession());
    this.runs = Runs.of(session.lifetime(), List.of(inputs, outputs), this::free);
    try {
      inputs.forEach((name, tensor) -> bindInput(name, tensor, outputs.containsValue(tensor)));
      outputs.forEach(this::bindOutput);
    } catch (OrtFault e) {
      runs.close();
      throw new ModelFault("cannot bind %s: %s".formatted(session.name(), e.getMessage()), e);
    } catch (RuntimeException e) {
      runs.close();
      throw e;
    }
  }

  private void bindInput(String name, MemoryTensor tensor, boolean staysInPlace) {
    if (session.place().copiesWhenBound() && !staysInPlace) {
      boundForEachRun.put(name, value(tensor));
    } else {
      try (OrtValue value = value(tensor)) {
        binding.bindInput(name, value);
      }
    }
  }

  private void bindOutput(String name, MemoryTensor tensor) {
    try (OrtValue value = value(tensor)) {
      binding.bindOutput(name, value);
    }
  }

  private OrtValue value(MemoryTensor tensor) {
    try (var _ = tensor.lifetime().hold()) {
      return OrtValue.over(
          session.place().info(),
          tensor.data(),
          OrtTypes.code(tensor.type()),
          tensor.shape().toArray());
    }
  }

  @Override
  public void run() {
    runs.run(this::runNative);
  }

  private void runNative() {
    try {
      boundForEachRun.forEach(binding::bindInput);
      binding.run();
    } catch (OrtFault e) {
      throw new ModelFault("%s failed: %s".formatted(session.name(), e.getMessage()), e);
    }
  }

  private void free() {
    boundForEachRun.values().forEach(OrtValue::close);
    binding.close();
  }

  @Override
  public void close() {
    runs.close();
  }
}
