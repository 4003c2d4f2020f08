package dev.argus.runtime.capi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * NVIDIA's CUDA runtime, for what ONNX Runtime leaves to its callers: memory on a GPU whose address
 * stays, and {@link CudaStream}s that copy to and from it. Thread-safe; lives as long as the
 * process.
 */
public final class CudaRuntime {
  /** The library that ONNX Runtime's provider is linked with. */
  public static final String LIBRARY = "libcudart.so.12";

  /** Addresses say which memory they are in. */
  private static final int COPY_BY_ADDRESS = 4;

  /** A stream that does not wait for the one of the whole device, nor that for it. */
  private static final int STREAM_OF_ITS_OWN = 1;

  private static final int PINNED_FOR_THIS_GPU = 0;

  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup library;
  private final MethodHandle getErrorString;
  private final MethodHandle getDeviceCount;
  private final MethodHandle setDevice;
  private final MethodHandle memGetInfo;
  private final MethodHandle malloc;
  private final MethodHandle free;
  private final MethodHandle hostAlloc;
  private final MethodHandle freeHost;
  private final MethodHandle streamCreate;
  private final MethodHandle streamDestroy;
  private final MethodHandle streamSynchronize;
  private final MethodHandle memsetAsync;
  private final MethodHandle memcpyAsync;

  private CudaRuntime(SymbolLookup library) {
    this.library = library;
    this.getErrorString =
        function(
            "cudaGetErrorString", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    this.getDeviceCount = code("cudaGetDeviceCount", ValueLayout.ADDRESS);
    this.setDevice = code("cudaSetDevice", ValueLayout.JAVA_INT);
    this.memGetInfo = code("cudaMemGetInfo", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    this.malloc = code("cudaMalloc", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    this.free = code("cudaFree", ValueLayout.ADDRESS);
    this.hostAlloc =
        code("cudaHostAlloc", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    this.freeHost = code("cudaFreeHost", ValueLayout.ADDRESS);
    this.streamCreate =
        code("cudaStreamCreateWithFlags", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    this.streamDestroy = code("cudaStreamDestroy", ValueLayout.ADDRESS);
    this.streamSynchronize = code("cudaStreamSynchronize", ValueLayout.ADDRESS);
    this.memsetAsync =
        code(
            "cudaMemsetAsync",
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS);
    this.memcpyAsync =
        code(
            "cudaMemcpyAsync",
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS);
  }

  /**
   * Loads the library.
   *
   * @throws IllegalArgumentException if it cannot be found
   */
  public static CudaRuntime load() {
    return of(lookup(LIBRARY));
  }

  /**
   * The runtime whose functions a library has.
   *
   * @throws java.util.NoSuchElementException if one is missing
   */
  public static CudaRuntime of(SymbolLookup library) {
    return new CudaRuntime(library);
  }

  /** Whether a library can be loaded by its name; it stays loaded then. */
  public static boolean canLoad(String name) {
    try {
      lookup(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @SuppressWarnings("restricted") // Libraries of the CUDA toolkit, by their full names.
  private static SymbolLookup lookup(String name) {
    return SymbolLookup.libraryLookup(name, Arena.global());
  }

  private MethodHandle code(String name, MemoryLayout... arguments) {
    return function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  @SuppressWarnings("restricted") // Functions of CUDA's header, called as declared there.
  private MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(library.findOrThrow(name), descriptor);
  }

  /**
   * How many GPUs there are.
   *
   * @throws CudaFault if the driver is older than the library, or sees no GPU
   */
  public int devices() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      call(() -> (int) getDeviceCount.invokeExact(count));
      return count.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /** Bytes of a GPU's memory, in use or not. */
  public long totalBytes(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment unused = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
      select(device);
      call(() -> (int) memGetInfo.invokeExact(unused, total));
      return total.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /**
   * Memory on a GPU, which the arena frees; an address, not to be read here. What is in it is
   * undefined.
   *
   * @throws CudaFault if there is not enough
   */
  @SuppressWarnings("restricted") // The size is what was asked for.
  public MemorySegment allocate(int device, long bytes, Arena arena) {
    select(device);
    long atLeastOne = Math.max(1, bytes);
    return made(pointer -> (int) malloc.invokeExact(pointer, atLeastOne))
        .reinterpret(bytes, arena, memory -> call(() -> (int) free.invokeExact(memory)));
  }

  /** Memory of this process that a GPU reads and writes by itself; freed by {@link #freePinned}. */
  @SuppressWarnings("restricted") // The size is what was asked for.
  MemorySegment allocatePinned(int device, long bytes) {
    select(device);
    return made(pointer -> (int) hostAlloc.invokeExact(pointer, bytes, PINNED_FOR_THIS_GPU))
        .reinterpret(bytes);
  }

  void freePinned(MemorySegment memory) {
    call(() -> (int) freeHost.invokeExact(memory));
  }

  /** A queue of work on a GPU, done in order; freed by {@link #destroyStream}. */
  MemorySegment createStream(int device) {
    select(device);
    return made(pointer -> (int) streamCreate.invokeExact(pointer, STREAM_OF_ITS_OWN));
  }

  void destroyStream(MemorySegment stream) {
    call(() -> (int) streamDestroy.invokeExact(stream));
  }

  /** Waits until a stream has done all that was given to it. */
  void await(MemorySegment stream) {
    call(() -> (int) streamSynchronize.invokeExact(stream));
  }

  /** Gives a stream bytes to set to zero. */
  void clear(MemorySegment memory, MemorySegment stream) {
    int zero = 0;
    long bytes = memory.byteSize();
    call(() -> (int) memsetAsync.invokeExact(memory, zero, bytes, stream));
  }

  /** Gives a stream a segment to copy to the beginning of another one. */
  void copy(MemorySegment source, MemorySegment target, MemorySegment stream) {
    long bytes = source.byteSize();
    call(() -> (int) memcpyAsync.invokeExact(target, source, bytes, COPY_BY_ADDRESS, stream));
  }

  /** The device is a thread's; calls come from any. */
  void select(int device) {
    call(() -> (int) setDevice.invokeExact(device));
  }

  @FunctionalInterface
  private interface Call {
    int invoke() throws Throwable;
  }

  @FunctionalInterface
  private interface Make {
    int invoke(MemorySegment pointer) throws Throwable;
  }

  /** What a function made and put where it was told. */
  private MemorySegment made(Make make) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
      call(() -> make.invoke(pointer));
      return pointer.get(ValueLayout.ADDRESS, 0);
    }
  }

  private void call(Call call) {
    DriverCalls.CUDA.together(() -> {
      int code = unchecked(call);
      if (code != 0) {
        throw new CudaFault(code, message(code));
      }
    });
  }

  private static int unchecked(Call call) {
    try {
      return call.invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of CUDA cannot be called", e);
    }
  }

  private String message(int code) {
    try {
      return NativeText.at((MemorySegment) getErrorString.invokeExact(code));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of CUDA cannot be called", e);
    }
  }
}
