package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Where ONNX Runtime puts what it hands out: the caller frees it. */
final class DefaultAllocator {
  private static final MethodHandle GET = OrtApi.status(78, POINTER);
  private static final MethodHandle FREE = OrtApi.status(76, POINTER, POINTER);

  private DefaultAllocator() {}

  /** The process's; never freed. */
  static MemorySegment get() {
    return OrtApi.make(out -> (MemorySegment) GET.invokeExact(out));
  }

  /** A call of a function that writes the address of what it allocated. */
  @FunctionalInterface
  interface Allocating {
    MemorySegment invoke(MemorySegment allocator, MemorySegment pointer) throws Throwable;
  }

  /** Takes a C string that a function allocates. */
  static String string(Allocating function) {
    MemorySegment allocator = get();
    MemorySegment text = OrtApi.make(out -> function.invoke(allocator, out));
    try {
      return NativeText.at(text);
    } finally {
      free(allocator, text);
    }
  }

  /** Frees what was allocated. */
  static void free(MemorySegment allocator, MemorySegment allocated) {
    OrtApi.call(() -> (MemorySegment) FREE.invokeExact(allocator, allocated));
  }
}
