package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.ENUM;
import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Which memory something lies in. Thread-safe. */
public final class OrtMemoryInfo implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(68, POINTER, ENUM, ENUM, ENUM, POINTER);
  private static final MethodHandle CREATE_CPU = OrtApi.status(69, ENUM, ENUM, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(94);
  private static final int DEVICE_ALLOCATOR = 0;
  private static final int DEFAULT_MEMORY = 0;

  private final Handle handle;

  private OrtMemoryInfo(MemorySegment address) {
    this.handle =
        new Handle(
            "the memory info",
            address,
            object -> {
              RELEASE.invokeExact(object);
            });
  }

  /** The process's memory. */
  public static OrtMemoryInfo host() {
    return new OrtMemoryInfo(
        OrtApi.make(
            out -> (MemorySegment) CREATE_CPU.invokeExact(DEVICE_ALLOCATOR, DEFAULT_MEMORY, out)));
  }

  /** The memory of a GPU. */
  public static OrtMemoryInfo cuda(int device) {
    return of("Cuda", device);
  }

  /**
   * The memory of a device.
   *
   * @param allocator ONNX Runtime's name of the device's allocator
   * @throws OrtFault if there is no such allocator
   */
  static OrtMemoryInfo of(String allocator, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(allocator);
      return new OrtMemoryInfo(
          OrtApi.make(out ->
              (MemorySegment)
                  CREATE.invokeExact(name, DEVICE_ALLOCATOR, device, DEFAULT_MEMORY, out)));
    }
  }

  Handle handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
