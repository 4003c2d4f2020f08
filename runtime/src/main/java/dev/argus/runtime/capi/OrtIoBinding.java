package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values for a session's inputs, and where its outputs go. Keeps the session. It may be closed from
 * any thread; everything else is for one at a time.
 *
 * <p>An input that lies in another memory than the graph wants it is copied there when it is bound,
 * and not again when it changes.
 */
public final class OrtIoBinding implements AutoCloseable {
  private static final MethodHandle RUN = OrtApi.status(133, POINTER, POINTER, POINTER);
  private static final MethodHandle CREATE = OrtApi.status(134, POINTER, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(135);
  private static final MethodHandle BIND_INPUT = OrtApi.status(136, POINTER, POINTER, POINTER);
  private static final MethodHandle BIND_OUTPUT = OrtApi.status(137, POINTER, POINTER, POINTER);
  private static final MethodHandle BIND_OUTPUT_TO_DEVICE =
      OrtApi.status(138, POINTER, POINTER, POINTER);
  private static final MethodHandle GET_OUTPUT_VALUES =
      OrtApi.status(140, POINTER, POINTER, POINTER, POINTER);

  private static final MethodHandle SYNCHRONIZE_INPUTS = OrtApi.status(202, POINTER);
  private static final MethodHandle SYNCHRONIZE_OUTPUTS = OrtApi.status(203, POINTER);

  private final OrtSession owner;
  private final Handle session;

  /** What is bound, by its name: native bindings keep tensors, but not their allocators. */
  private final Map<String, Lifetime> boundInputs = new HashMap<>();

  private final Map<String, Lifetime> boundOutputs = new HashMap<>();
  private final Handle handle;

  /** A binding of nothing yet. */
  public OrtIoBinding(OrtSession session) {
    this.owner = session;
    this.session = session.handle();
    try (var _ = this.session.hold()) {
      MemorySegment address = this.session.address();
      this.handle =
          new Handle(
              "the binding",
              OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(address, out)),
              object -> {
                RELEASE.invokeExact(object);
              },
              List.of(this.session.lifetime()),
              () -> {
                boundInputs.values().forEach(Lifetime::release);
                boundOutputs.values().forEach(Lifetime::release);
              });
    }
  }

  /**
   * Binds an input; in place of what was bound before. The value may be closed then, but the memory
   * that it lies over must stay for every run.
   *
   * @throws IllegalArgumentException if the graph has no such input
   */
  public void bindInput(String name, OrtValue value) {
    requireKnown("input", owner.inputs(), name);
    bind(
        (binding, text, to) -> (MemorySegment) BIND_INPUT.invokeExact(binding, text, to),
        boundInputs,
        name,
        value.handle());
  }

  /**
   * Binds an output to a value that a run fills; as above.
   *
   * @throws IllegalArgumentException if the graph has no such output
   */
  public void bindOutput(String name, OrtValue value) {
    requireKnown("output", owner.outputs(), name);
    bind(
        (binding, text, to) -> (MemorySegment) BIND_OUTPUT.invokeExact(binding, text, to),
        boundOutputs,
        name,
        value.handle());
  }

  /**
   * Lets each run allocate an output.
   *
   * @param memory where
   * @throws IllegalArgumentException if the graph has no such output
   */
  public void bindOutput(String name, OrtMemoryInfo memory) {
    requireKnown("output", owner.outputs(), name);
    bind(
        (binding, text, to) -> (MemorySegment) BIND_OUTPUT_TO_DEVICE.invokeExact(binding, text, to),
        boundOutputs,
        name,
        memory.handle());
  }

  /** ONNX Runtime itself says that an output is not known only when it runs. */
  private static void requireKnown(String what, Map<String, ?> known, String name) {
    if (!known.containsKey(name)) {
      throw new IllegalArgumentException("the graph has no %s %s".formatted(what, name));
    }
  }

  /**
   * A call of one of the functions that bind; over a constant handle, so that it is compiled well.
   */
  @FunctionalInterface
  private interface Bind {
    MemorySegment invoke(MemorySegment binding, MemorySegment name, MemorySegment to)
        throws Throwable;
  }

  private void bind(Bind function, Map<String, Lifetime> bound, String name, Handle to) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment text = arena.allocateFrom(name);
      to.lifetime().acquire();
      try {
        OrtApi.call(() -> function.invoke(handle.address(), text, to.address()));
      } catch (OrtFault e) {
        to.lifetime().release();
        throw e;
      }
      Lifetime before = bound.put(name, to.lifetime());
      if (before != null) {
        before.release();
      }
    }
  }

  /** Waits for the copies of inputs that were bound. */
  public void synchronizeInputs() {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) SYNCHRONIZE_INPUTS.invokeExact(handle.address()));
    }
  }

  /** Waits for the outputs to be written. */
  public void synchronizeOutputs() {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) SYNCHRONIZE_OUTPUTS.invokeExact(handle.address()));
    }
  }

  /**
   * Runs the graph.
   *
   * @throws OrtFault if it fails, which it also does if an input is not bound, or of a wrong type
   *     or shape
   */
  public void run() {
    run(MemorySegment.NULL);
  }

  /**
   * Runs the graph with options.
   *
   * @throws OrtFault as above
   */
  public void run(OrtRunOptions options) {
    try (var _ = options.handle().hold()) {
      run(options.handle().address());
    }
  }

  private void run(MemorySegment options) {
    handle.lifetime().acquire(); // It keeps the session.
    try {
      OrtApi.call(
          () -> (MemorySegment) RUN.invokeExact(session.address(), options, handle.address()));
    } finally {
      handle.lifetime().release();
    }
  }

  /** The outputs' values in the order in which they were bound. They keep the binding. */
  public List<OrtValue> outputs() {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment allocator = DefaultAllocator.get();
      MemorySegment count = arena.allocate(SIZE);
      MemorySegment array =
          OrtApi.make(out ->
              (MemorySegment)
                  GET_OUTPUT_VALUES.invokeExact(handle.address(), allocator, out, count));
      long length = count.get(SIZE, 0);
      List<OrtValue> values = new ArrayList<>();
      if (length > 0) {
        MemorySegment pointers = OrtApi.sized(array, length * POINTER.byteSize());
        for (long i = 0; i < length; i++) {
          values.add(new OrtValue(pointers.getAtIndex(POINTER, i), List.of(handle.lifetime())));
        }
        DefaultAllocator.free(allocator, array);
      }
      return values;
    }
  }

  /** Unbinds everything. Idempotent. */
  @Override
  public void close() {
    handle.close();
  }
}
