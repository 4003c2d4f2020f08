package dev.argus.runtime;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Locale;

/** Whole pages of the system's, on systems that have {@code mmap}. Thread-safe. */
final class Pages {
  private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);

  /** Whether this is Linux, where files can be mapped at an address. */
  static final boolean LINUX = SYSTEM.startsWith("linux");

  /** Whether there are any. */
  static final boolean SUPPORTED = LINUX || SYSTEM.startsWith("mac");

  /** The largest that systems have by default, so that it is a multiple of all of them. */
  static final long SIZE = 1 << 16;

  private static final int READ_AND_WRITE = 0x1 | 0x2;
  private static final int PRIVATE = 0x2;
  private static final int FIXED = 0x10;
  private static final int ANONYMOUS = LINUX ? 0x20 : 0x1000;
  private static final int NO_FILE = -1;
  private static final int READ_ONLY = 0;
  private static final int VARIADIC_FROM = 2;
  private static final long FAILED = -1;

  private Pages() {}

  /**
   * New pages, filled with zeros, which take memory as they are written to.
   *
   * @throws OutOfMemoryError if there are not enough
   */
  @SuppressWarnings("restricted") // The size is what was asked for.
  static MemorySegment map(long bytes) {
    MemorySegment memory = mmap(MemorySegment.NULL, bytes, PRIVATE | ANONYMOUS, NO_FILE);
    if (memory.address() == FAILED) {
      throw new OutOfMemoryError("mmap of %d bytes".formatted(bytes));
    }
    return memory.reinterpret(bytes);
  }

  /**
   * Puts a file's pages in place of others. Who writes to one gets a copy of it; all others share
   * it with every process that has mapped the file.
   *
   * @param pages as long as the file
   * @throws IOException if the file cannot be mapped; the pages stay as they were
   */
  static void replace(MemorySegment pages, Path file) throws IOException {
    int descriptor = Calls.open(file);
    if (descriptor < 0) {
      throw new IOException("open of %s failed".formatted(file));
    }
    try {
      if (mmap(pages, pages.byteSize(), PRIVATE | FIXED, descriptor).address() == FAILED) {
        throw new IOException("mmap of %s failed".formatted(file));
      }
    } finally {
      Calls.close(descriptor);
    }
  }

  /** Gives pages back. */
  static void unmap(long address, long bytes) {
    int failed;
    try {
      failed = (int) Calls.MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("munmap cannot be called", e);
    }
    if (failed != 0) {
      throw new IllegalStateException("munmap of %d bytes failed".formatted(bytes));
    }
  }

  private static MemorySegment mmap(MemorySegment at, long bytes, int flags, int descriptor) {
    try {
      return (MemorySegment)
          Calls.MMAP.invokeExact(at, bytes, READ_AND_WRITE, flags, descriptor, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap cannot be called", e);
    }
  }

  /** Bound when they are first needed, since not all systems have them. */
  private static final class Calls {
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
    private static final MethodHandle OPEN =
        function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(VARIADIC_FROM));
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static int open(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), READ_ONLY);
      } catch (Throwable e) {
        throw new IllegalStateException("open cannot be called", e);
      }
    }

    private static void close(int descriptor) {
      try {
        int _ = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw new IllegalStateException("close cannot be called", e);
      }
    }

    @SuppressWarnings("restricted") // Functions of the C library, called as declared.
    private static MethodHandle function(
        String name, FunctionDescriptor type, Linker.Option... options) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }
  }
}
