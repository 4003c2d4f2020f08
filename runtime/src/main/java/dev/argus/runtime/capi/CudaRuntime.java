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
 * stays, and copies to and from it. Every call waits for what it does. Thread-safe; lives as long
 * as the process.
 */
public final class CudaRuntime {
  /** The library that ONNX Runtime's provider is linked with. */
  public static final String LIBRARY = "libcudart.so.12";

  /** Addresses say which memory they are in. */
  private static final int COPY_BY_ADDRESS = 4;

  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup library;
  private final MethodHandle getErrorString;
  private final MethodHandle getDeviceCount;
  private final MethodHandle setDevice;
  private final MethodHandle memGetInfo;
  private final MethodHandle malloc;
  private final MethodHandle free;
  private final MethodHandle memset;
  private final MethodHandle memcpy;
  private final MethodHandle synchronize;

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
    this.memset =
        code("cudaMemset", ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
    this.memcpy =
        code(
            "cudaMemcpy",
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    this.synchronize = code("cudaDeviceSynchronize");
  }

  /**
   * Loads the library.
   *
   * @throws IllegalArgumentException if it cannot be found
   */
  public static CudaRuntime load() {
    return new CudaRuntime(lookup(LIBRARY));
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
   * Memory on a GPU filled with zeros, which the arena frees; an address, not to be read here.
   *
   * @throws CudaFault if there is not enough
   */
  @SuppressWarnings("restricted") // The size is what was asked for.
  public MemorySegment allocate(int device, long bytes, Arena arena) {
    select(device);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment pointer = local.allocate(ValueLayout.ADDRESS);
      long atLeastOne = Math.max(1, bytes);
      call(() -> (int) malloc.invokeExact(pointer, atLeastOne));
      MemorySegment memory =
          pointer.get(ValueLayout.ADDRESS, 0).reinterpret(bytes, arena, this::free);
      int zero = 0;
      call(() -> (int) memset.invokeExact(memory, zero, bytes));
      call(() -> (int) synchronize.invokeExact());
      return memory;
    }
  }

  private void free(MemorySegment memory) {
    call(() -> (int) free.invokeExact(memory));
  }

  /**
   * Copies bytes to, from or on a GPU, and waits until they are there.
   *
   * @param source outside the heap
   * @param target outside the heap
   */
  public void copy(int device, MemorySegment source, MemorySegment target, long bytes) {
    select(device);
    call(() -> (int) memcpy.invokeExact(target, source, bytes, COPY_BY_ADDRESS));
    call(() -> (int) synchronize.invokeExact()); // Copies on the GPU do not wait by themselves.
  }

  /** The device is a thread's; calls come from any. */
  private void select(int device) {
    call(() -> (int) setDevice.invokeExact(device));
  }

  @FunctionalInterface
  private interface Call {
    int invoke() throws Throwable;
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
      return OrtApi.string((MemorySegment) getErrorString.invokeExact(code));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of CUDA cannot be called", e);
    }
  }
}
