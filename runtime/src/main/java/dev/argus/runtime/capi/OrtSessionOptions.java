package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.ENUM;
import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** How a session is opened. Not thread-safe; may be closed as soon as it is. */
public final class OrtSessionOptions implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(10, POINTER);
  private static final MethodHandle DISABLE_MEMORY_PATTERN = OrtApi.status(17, POINTER);
  private static final MethodHandle SET_THREADS = OrtApi.status(24, POINTER, ENUM);
  private static final MethodHandle RELEASE = OrtApi.release(100);
  private static final MethodHandle ADD_CONFIG = OrtApi.status(130, POINTER, POINTER, POINTER);
  private static final MethodHandle ADD_INITIALIZER = OrtApi.status(150, POINTER, POINTER, POINTER);
  private static final MethodHandle APPEND_CUDA = OrtApi.status(204, POINTER, POINTER);

  private final Handle handle =
      new Handle(
          "the session options",
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(out)),
          object -> {
            RELEASE.invokeExact(object);
          });

  private final List<OrtValue> initializers = new ArrayList<>();

  /** The session has threads of its own: so many, the caller's included. */
  public OrtSessionOptions threads(int threads) {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) SET_THREADS.invokeExact(handle.address(), threads));
    }
    return this;
  }

  /** The session does not remember a plan of its memory for each combination of shapes. */
  public OrtSessionOptions disableMemoryPattern() {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) DISABLE_MEMORY_PATTERN.invokeExact(handle.address()));
    }
    return this;
  }

  /** Sets an option by its name in {@code onnxruntime_session_options_config_keys.h}. */
  public OrtSessionOptions config(String key, String value) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment name = arena.allocateFrom(key);
      MemorySegment text = arena.allocateFrom(value);
      OrtApi.call(() -> (MemorySegment) ADD_CONFIG.invokeExact(handle.address(), name, text));
    }
    return this;
  }

  /** The session takes its memory on the processor from {@link HostAllocator}. */
  public OrtSessionOptions hostAllocator() {
    return config(HostAllocator.SESSION_KEY, "1");
  }

  /**
   * Gives the graph's initializer a value in place of the one in its file, without a copy. The
   * value, but not the memory behind it, is kept by the sessions.
   */
  public OrtSessionOptions initializer(String name, OrtValue value) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold();
        var _ = value.handle().hold()) {
      MemorySegment text = arena.allocateFrom(name);
      MemorySegment address = value.handle().address();
      OrtApi.call(
          () -> (MemorySegment) ADD_INITIALIZER.invokeExact(handle.address(), text, address));
    }
    initializers.add(value);
    return this;
  }

  /**
   * The session runs on a GPU what it can, and the rest on the processor.
   *
   * @throws OrtFault if the native library has no CUDA, or what it needs cannot be loaded
   */
  public OrtSessionOptions cuda(OrtCudaOptions options) {
    try (var _ = handle.hold();
        var _ = options.handle().hold()) {
      MemorySegment address = options.handle().address();
      OrtApi.call(() -> (MemorySegment) APPEND_CUDA.invokeExact(handle.address(), address));
    }
    return this;
  }

  Handle handle() {
    return handle;
  }

  /** What a session with these options uses. */
  List<Lifetime> used() {
    return initializers.stream().map(value -> value.handle().lifetime()).toList();
  }

  @Override
  public void close() {
    handle.close();
  }
}
