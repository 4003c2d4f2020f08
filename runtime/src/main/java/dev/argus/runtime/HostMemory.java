package dev.argus.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

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

  private static final int READ_AND_WRITE = 0x1 | 0x2;
  private static final int PRIVATE = 0x2;
  private static final int ANONYMOUS_ON_LINUX = 0x20;
  private static final int ANONYMOUS_ON_MACOS = 0x1000;
  private static final int NO_FILE = -1;
  private static final long FAILED = -1;

  private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  private static final boolean LINUX = SYSTEM.startsWith("linux");
  private static final boolean MACOS = SYSTEM.startsWith("mac");

  private static final MethodHandle CALLOC =
      function(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private HostMemory() {}

  @Override
  public MemorySegment allocate(long bytes, Arena arena) {
    return bytes >= LARGE_BYTES && (LINUX || MACOS)
        ? Pages.map(bytes, arena)
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

  private static MemorySegment fromLibrary(long bytes, Arena arena) {
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

  /** Whole pages of the system's, on systems that have {@code mmap}. */
  private static final class Pages {
    private static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
        function(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private Pages() {}

    @SuppressWarnings("restricted") // The size is what was asked for.
    private static MemorySegment map(long bytes, Arena arena) {
      MemorySegment memory = mmap(bytes);
      if (memory.address() == FAILED) {
        throw new OutOfMemoryError("mmap of %d bytes".formatted(bytes));
      }
      return memory.reinterpret(bytes, arena, pages -> unmap(pages.address(), bytes));
    }

    private static MemorySegment mmap(long bytes) {
      int flags = PRIVATE | (LINUX ? ANONYMOUS_ON_LINUX : ANONYMOUS_ON_MACOS);
      try {
        return (MemorySegment)
            MMAP.invokeExact(MemorySegment.NULL, bytes, READ_AND_WRITE, flags, NO_FILE, 0L);
      } catch (Throwable e) {
        throw new IllegalStateException("mmap cannot be called", e);
      }
    }

    private static void unmap(long address, long bytes) {
      int failed;
      try {
        failed = (int) MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
      } catch (Throwable e) {
        throw new IllegalStateException("munmap cannot be called", e);
      }
      if (failed != 0) {
        throw new IllegalStateException("munmap of %d bytes failed".formatted(bytes));
      }
    }
  }
}
