package dev.argus.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory outside the heap that costs nothing until it is written to.
 *
 * <p>{@link Arena#allocate} fills memory with zeros, and so makes it real at once. The C library's
 * {@code calloc} takes fresh pages, which the system makes zero, and real, one by one when they are
 * touched: a KV cache for long conversations takes memory as conversations get long.
 */
final class HostMemory {
  /** A cache line, so that no two tensors share one. */
  private static final long ALIGNMENT = 64;

  private static final MethodHandle CALLOC =
      function(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private HostMemory() {}

  /**
   * Memory filled with zeros, which the arena frees.
   *
   * @throws OutOfMemoryError if there is not enough
   */
  static MemorySegment allocate(long bytes, Arena arena) {
    MemorySegment memory = calloc(bytes + ALIGNMENT);
    if (memory.address() == 0) {
      throw new OutOfMemoryError("calloc of %d bytes".formatted(bytes));
    }
    long offset = -memory.address() & (ALIGNMENT - 1);
    return sized(memory, bytes + ALIGNMENT, arena).asSlice(offset, bytes);
  }

  @SuppressWarnings("restricted") // The size is what was asked for.
  private static MemorySegment sized(MemorySegment memory, long bytes, Arena arena) {
    return memory.reinterpret(bytes, arena, HostMemory::free);
  }

  @SuppressWarnings("restricted") // Two functions of the C library, called as declared.
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  private static MemorySegment calloc(long bytes) {
    try {
      return (MemorySegment) CALLOC.invokeExact(1L, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("calloc cannot be called", e);
    }
  }

  private static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("free cannot be called", e);
    }
  }
}
