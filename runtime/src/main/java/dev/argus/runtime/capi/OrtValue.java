package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.ENUM;
import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** A tensor. Thread-safe, except for what is in it. */
public final class OrtValue implements AutoCloseable {
  private static final MethodHandle CREATE =
      OrtApi.status(48, POINTER, POINTER, SIZE, ENUM, POINTER);
  private static final MethodHandle CREATE_OVER =
      OrtApi.status(49, POINTER, POINTER, SIZE, POINTER, SIZE, ENUM, POINTER);
  private static final MethodHandle GET_DATA = OrtApi.status(51, POINTER, POINTER);
  private static final MethodHandle GET_INFO = OrtApi.status(65, POINTER, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(96);
  private static final MethodHandle RELEASE_INFO = OrtApi.release(99);

  private final Handle handle;

  OrtValue(MemorySegment address, List<Lifetime> used) {
    this.handle =
        new Handle(
            "the value",
            address,
            object -> {
              RELEASE.invokeExact(object);
            },
            used);
  }

  /**
   * A tensor over memory of the caller's, who keeps it for as long as anything runs on the tensor.
   *
   * @param memory which memory it is
   * @param data its address and size; outside the heap
   * @param type {@code ONNXTensorElementDataType}
   * @param shape lengths of the dimensions, outermost first
   * @throws OrtFault if the shape does not fit the memory
   */
  public static OrtValue over(OrtMemoryInfo memory, MemorySegment data, int type, long... shape) {
    try (Arena arena = Arena.ofConfined();
        var _ = memory.handle().hold()) {
      MemorySegment info = memory.handle().address();
      MemorySegment lengths = arena.allocateFrom(SIZE, shape);
      long bytes = data.byteSize();
      long rank = shape.length;
      return new OrtValue(
          OrtApi.make(out ->
              (MemorySegment) CREATE_OVER.invokeExact(info, data, bytes, lengths, rank, type, out)),
          List.of());
    }
  }

  /**
   * A tensor in memory of a session's, which it keeps.
   *
   * @throws OrtFault if there is not enough
   */
  public static OrtValue allocate(OrtAllocator allocator, int type, long... shape) {
    try (Arena arena = Arena.ofConfined();
        var _ = allocator.handle().hold()) {
      MemorySegment owner = allocator.handle().address();
      MemorySegment lengths = arena.allocateFrom(SIZE, shape);
      long rank = shape.length;
      return new OrtValue(
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(owner, lengths, rank, type, out)),
          List.of(allocator.handle().lifetime()));
    }
  }

  /** Type and shape. */
  public TensorInfo info() {
    try (var _ = handle.hold()) {
      MemorySegment info =
          OrtApi.make(out -> (MemorySegment) GET_INFO.invokeExact(handle.address(), out));
      try {
        return TensorInfo.read(info);
      } finally {
        OrtApi.free(
            object -> {
              RELEASE_INFO.invokeExact(object);
            },
            info);
      }
    }
  }

  /**
   * Where the elements are, in the memory of their device; for the caller to give a size. Not to be
   * used after closing.
   */
  public MemorySegment data() {
    try (var _ = handle.hold()) {
      return OrtApi.make(out -> (MemorySegment) GET_DATA.invokeExact(handle.address(), out));
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
