package dev.argus.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/**
 * Memory outside the heap that costs nothing until it is written to.
 *
 * <p>Design note: {@link Arena#allocate} fills memory with zeros, and so makes it real at once.
 * Pages that the system has just given are zero already, and real when they are touched: a KV cache
 * for long conversations takes memory as conversations get long. The C library's {@code calloc}
 * takes such pages for what is large, but after ONNX Runtime has freed large blocks it holds even a
 * KV cache's tensors for small ones: fills freed memory, and so makes most of the cache real. So
 * large blocks are asked of the system itself.
 */
final class HostMemory implements Memory {
  static final HostMemory INSTANCE = new HostMemory();

  /** A cache line, so that no two tensors share one. */
  private static final long ALIGNMENT = 64;

  /** From here on a block is the system's; it is small against what rounding to pages wastes. */
  private static final long LARGE_BYTES = 1 << 20;

  private static final MethodHandle CALLOC =
      function(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private HostMemory() {}

  @Override
  public MemorySegment allocate(long bytes, Arena arena) {
    return bytes >= LARGE_BYTES && Pages.SUPPORTED
        ? fromSystem(bytes, arena)
        : fromLibrary(bytes, arena);
  }

  @Override
  public void write(MemorySegment source, MemorySegment target, long bytes) {
    MemorySegment.copy(source, 0, target, 0, bytes);
  }

  @Override
  public void read(MemorySegment source, MemorySegment target, long bytes) {
    MemorySegment.copy(source, 0, target, 0, bytes);
  }

  @Override
  public void copy(MemorySegment source, MemorySegment target) {
    target.copyFrom(source);
  }

  private static MemorySegment fromSystem(long bytes, Arena arena) {
    long address = Pages.map(bytes).address();
    return sized(MemorySegment.ofAddress(address), bytes, arena, _ -> Pages.unmap(address, bytes));
  }

  private static MemorySegment fromLibrary(long bytes, Arena arena) {
    MemorySegment memory = calloc(bytes + ALIGNMENT);
    if (memory.address() == 0) {
      throw new OutOfMemoryError("calloc of %d bytes".formatted(bytes));
    }
    long offset = -memory.address() & (ALIGNMENT - 1);
    return sized(memory, bytes + ALIGNMENT, arena, HostMemory::free).asSlice(offset, bytes);
  }

  @SuppressWarnings("restricted") // The size is what was asked for.
  private static MemorySegment sized(
      MemorySegment memory, long bytes, Arena arena, Consumer<MemorySegment> free) {
    return memory.reinterpret(bytes, arena, free);
  }

  @SuppressWarnings("restricted") // Functions of the C library, called as declared.
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
