package dev.argus.runtime;

import dev.argus.runtime.capi.CudaRuntime;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CUDA's runtime with GPUs made of the process's memory, called through the same native functions
 * as the real one. Work that is given to a stream is done when somebody waits for the stream, and
 * not before: who does not wait, or changes a buffer before, gets wrong bytes. Copies know memory
 * that was allocated here alone, and a stream the threads alone that have selected its GPU.
 */
@SuppressWarnings("restricted") // Native functions, called as CUDA's header declares them.
final class FakeCuda implements AutoCloseable {
  static final int INVALID_VALUE = 1;
  static final int OUT_OF_MEMORY = 2;

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final int STREAM_OF_ITS_OWN = 1;

  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> functions = new HashMap<>();
  private final Map<Long, MemorySegment> onGpu = new HashMap<>();
  private final Map<Long, MemorySegment> pinned = new HashMap<>();
  private final Map<Long, Stream> streams = new HashMap<>();
  private final ThreadLocal<Integer> selected = ThreadLocal.withInitial(() -> 0);
  private final int devices;
  private final long bytes;
  private int failing;

  private record Stream(int device, List<Runnable> work) {}

  FakeCuda(int devices, long bytes) {
    this.devices = devices;
    this.bytes = bytes;
    AddressLayout pointer = ValueLayout.ADDRESS;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    ValueLayout.OfLong size = ValueLayout.JAVA_LONG;
    function("cudaGetErrorString", FunctionDescriptor.of(pointer, number));
    code("cudaGetDeviceCount", pointer);
    code("cudaSetDevice", number);
    code("cudaMemGetInfo", pointer, pointer);
    code("cudaMalloc", pointer, size);
    code("cudaFree", pointer);
    code("cudaHostAlloc", pointer, size, number);
    code("cudaFreeHost", pointer);
    code("cudaStreamCreateWithFlags", pointer, number);
    code("cudaStreamDestroy", pointer);
    code("cudaStreamSynchronize", pointer);
    code("cudaMemsetAsync", pointer, number, size, pointer);
    code("cudaMemcpyAsync", pointer, pointer, size, number, pointer);
  }

  CudaRuntime runtime() {
    return CudaRuntime.of(name -> Optional.ofNullable(functions.get(name)));
  }

  /** Whoever waits for a stream from now on hears of this error; 0: all is well again. */
  synchronized void failWith(int code) {
    failing = code;
  }

  synchronized int streams() {
    return streams.size();
  }

  /** Pieces of work that nobody has waited for. */
  synchronized int unfinished() {
    return streams.values().stream().mapToInt(stream -> stream.work().size()).sum();
  }

  /** Allocations of any kind that were not freed. */
  synchronized int allocations() {
    return onGpu.size() + pinned.size();
  }

  private void code(String name, MemoryLayout... arguments) {
    function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  private void function(String name, FunctionDescriptor descriptor) {
    try {
      MethodHandle method =
          LOOKUP.findVirtual(FakeCuda.class, name, descriptor.toMethodType()).bindTo(this);
      functions.put(name, Linker.nativeLinker().upcallStub(method, descriptor, arena));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  MemorySegment cudaGetErrorString(int code) {
    return arena.allocateFrom("error " + code + " of the fake");
  }

  int cudaGetDeviceCount(MemorySegment count) {
    count.reinterpret(Integer.BYTES).set(ValueLayout.JAVA_INT, 0, devices);
    return 0;
  }

  int cudaSetDevice(int device) {
    selected.set(device);
    return device < devices ? 0 : INVALID_VALUE;
  }

  int cudaMemGetInfo(MemorySegment free, MemorySegment total) {
    free.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, bytes);
    total.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, bytes);
    return 0;
  }

  synchronized int cudaMalloc(MemorySegment pointer, long size) {
    return allocate(onGpu, pointer, size);
  }

  synchronized int cudaFree(MemorySegment memory) {
    return onGpu.remove(memory.address()) == null ? INVALID_VALUE : 0;
  }

  synchronized int cudaHostAlloc(MemorySegment pointer, long size, int flags) {
    return flags == 0 ? allocate(pinned, pointer, size) : INVALID_VALUE;
  }

  synchronized int cudaFreeHost(MemorySegment memory) {
    return pinned.remove(memory.address()) == null ? INVALID_VALUE : 0;
  }

  private int allocate(Map<Long, MemorySegment> kind, MemorySegment pointer, long size) {
    if (size > bytes) {
      return OUT_OF_MEMORY;
    }
    MemorySegment memory = arena.allocate(size, 256).fill((byte) 0x5A);
    kind.put(memory.address(), memory);
    pointer.reinterpret(Long.BYTES).set(ValueLayout.ADDRESS, 0, memory);
    return 0;
  }

  synchronized int cudaStreamCreateWithFlags(MemorySegment pointer, int flags) {
    MemorySegment stream = arena.allocate(1);
    streams.put(stream.address(), new Stream(selected.get(), new ArrayList<>()));
    pointer.reinterpret(Long.BYTES).set(ValueLayout.ADDRESS, 0, stream);
    return flags == STREAM_OF_ITS_OWN ? 0 : INVALID_VALUE;
  }

  synchronized int cudaStreamDestroy(MemorySegment stream) {
    return ofSelected(stream).map(_ -> streams.remove(stream.address())).isPresent()
        ? 0
        : INVALID_VALUE;
  }

  synchronized int cudaStreamSynchronize(MemorySegment stream) {
    Optional<Stream> known = ofSelected(stream);
    if (known.isEmpty() || failing != 0) {
      return failing == 0 ? INVALID_VALUE : failing;
    }
    List<Runnable> work = known.get().work();
    work.forEach(Runnable::run);
    work.clear();
    return 0;
  }

  private Optional<Stream> ofSelected(MemorySegment stream) {
    return Optional.ofNullable(streams.get(stream.address()))
        .filter(known -> known.device() == selected.get());
  }

  synchronized int cudaMemsetAsync(MemorySegment memory, int value, long size, MemorySegment on) {
    Optional<MemorySegment> target = known(memory, size);
    return target.isPresent() ? give(on, () -> target.get().fill((byte) value)) : INVALID_VALUE;
  }

  synchronized int cudaMemcpyAsync(
      MemorySegment to, MemorySegment from, long size, int kind, MemorySegment on) {
    Optional<MemorySegment> source = known(from, size);
    Optional<MemorySegment> target = known(to, size);
    if (source.isEmpty() || target.isEmpty() || kind != 4) {
      return INVALID_VALUE;
    }
    return give(on, () -> target.get().copyFrom(source.get()));
  }

  private int give(MemorySegment stream, Runnable work) {
    return ofSelected(stream).map(known -> known.work().add(work)).isPresent() ? 0 : INVALID_VALUE;
  }

  /** A part of what was allocated. */
  private Optional<MemorySegment> known(MemorySegment part, long size) {
    return List.of(onGpu, pinned).stream()
        .flatMap(kind -> kind.values().stream())
        .filter(memory -> memory.address() <= part.address())
        .filter(memory -> part.address() + size <= memory.address() + memory.byteSize())
        .findFirst()
        .map(memory -> memory.asSlice(part.address() - memory.address(), size));
  }

  @Override
  public void close() {
    arena.close();
  }
}
