package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtIoBinding;
import dev.argus.runtime.capi.OrtRunOptions;
import dev.argus.runtime.capi.OrtValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run through the C API, prepared once in native memory: a run makes no garbage, and tensors stay
 * on their device.
 *
 * <p>Design note: some inputs a graph wants on the processor although it runs on a GPU, such as the
 * longest sequence's length. ONNX Runtime copies such an input when it is bound and does not say
 * which they are. So on a GPU every input is bound again for each run, but for those that are
 * outputs too: a cache lives where it is computed. Binding what needs no copy costs a look-up.
 *
 * <p>A recorded run binds nothing anew: repeated, it reads the addresses that it was recorded with,
 * and what it wanted on the processor was read then. ONNX Runtime records for each thread, in the
 * first run there: it runs, runs again to record, and repeats the recording, which are the same
 * results three times over.
 */
final class NativeBinding implements Binding {
  private final NativeSession session;
  private final OrtIoBinding binding;
  private final Map<String, OrtValue> boundForEachRun = new HashMap<>();
  private final Runs runs;
  private final NativeRuns kind;
  private final Optional<OrtRunOptions> options;
  private final Runnable run = this::bindAndRun;

  /** The thread that has recorded, by its number; 0 at first. Guarded by {@link #runs}. */
  private long recorder;

  NativeBinding(
      NativeSession session,
      Map<String, MemoryTensor> inputs,
      Map<String, MemoryTensor> outputs,
      NativeRuns kind) {
    this.session = session;
    this.kind = kind;
    this.binding = new OrtIoBinding(session.ortSession());
    this.options = kind.options();
    this.runs = Runs.of(session.lifetime(), List.of(inputs, outputs), this::free);
    try {
      session.place().calls().together(() -> bindAll(inputs, outputs));
    } catch (OrtFault e) {
      runs.close();
      throw new ModelFault("cannot bind %s: %s".formatted(session.name(), e.getMessage()), e);
    } catch (RuntimeException e) {
      runs.close();
      throw e;
    }
  }

  private void bindAll(Map<String, MemoryTensor> inputs, Map<String, MemoryTensor> outputs) {
    inputs.forEach((name, tensor) -> bindInput(name, tensor, outputs.containsValue(tensor)));
    outputs.forEach(this::bindOutput);
  }

  private void bindInput(String name, MemoryTensor tensor, boolean staysInPlace) {
    boolean once = staysInPlace || kind instanceof NativeRuns.Recorded;
    if (session.place().copiesWhenBound() && !once) {
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
    long thread = Thread.currentThread().threadId();
    if (kind instanceof NativeRuns.Recorded && recorder != thread) {
      session.place().calls().alone(run);
      recorder = thread;
    } else {
      session.place().calls().together(run);
    }
  }

  private void bindAndRun() {
    try {
      boundForEachRun.forEach(binding::bindInput);
      if (options.isPresent()) {
        binding.run(options.get());
      } else {
        binding.run();
      }
    } catch (OrtFault e) {
      throw new ModelFault("%s failed: %s".formatted(session.name(), e.getMessage()), e);
    }
  }

  private void free() {
    boundForEachRun.values().forEach(OrtValue::close);
    binding.close();
    options.ifPresent(OrtRunOptions::close);
  }

  @Override
  public void close() {
    runs.close();
  }
}
