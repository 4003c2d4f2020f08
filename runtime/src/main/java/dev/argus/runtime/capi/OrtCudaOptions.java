package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/** Options of the CUDA execution provider, {@code OrtCUDAProviderOptionsV2}. Not thread-safe. */
public final class OrtCudaOptions implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(205, POINTER);
  private static final MethodHandle UPDATE = OrtApi.status(206, POINTER, POINTER, POINTER, SIZE);
  private static final MethodHandle RELEASE = OrtApi.release(208);
  private static final MethodHandle UPDATE_WITH_POINTER =
      OrtApi.status(263, POINTER, POINTER, POINTER);

  private final Handle handle;

  /**
   * The provider's defaults.
   *
   * @throws OrtFault if the native library was built without CUDA, or the provider's library, or
   *     one that it needs, cannot be loaded
   */
  public OrtCudaOptions() {
    this.handle =
        new Handle(
            "the CUDA options",
            OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(out)),
            object -> {
              RELEASE.invokeExact(object);
            });
  }

  /**
   * Sets options by their names, such as {@code device_id}; those that are not named get their
   * defaults.
   *
   * @throws OrtFault if there is no such option, or not with such a value
   */
  public OrtCudaOptions set(Map<String, String> options) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment keys = arena.allocate(POINTER, options.size());
      MemorySegment values = arena.allocate(POINTER, options.size());
      int index = 0;
      for (var option : options.entrySet()) {
        keys.setAtIndex(POINTER, index, arena.allocateFrom(option.getKey()));
        values.setAtIndex(POINTER, index++, arena.allocateFrom(option.getValue()));
      }
      long count = options.size();
      OrtApi.call(() -> (MemorySegment) UPDATE.invokeExact(handle.address(), keys, values, count));
    }
    return this;
  }

  /**
   * Sets an option whose value is an address, such as {@code user_compute_stream}.
   *
   * @throws OrtFault if there is no such option
   */
  public OrtCudaOptions set(String key, MemorySegment address) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment name = arena.allocateFrom(key);
      OrtApi.call(
          () -> (MemorySegment) UPDATE_WITH_POINTER.invokeExact(handle.address(), name, address));
    }
    return this;
  }

  Handle handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
