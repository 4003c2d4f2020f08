package dev.argus.runtime;

import dev.argus.runtime.capi.CudaFault;
import dev.argus.runtime.capi.CudaRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A GPU's memory. Its segments are addresses that only the GPU can follow. */
record CudaMemory(CudaRuntime cuda, int device) implements Memory {

  @Override
  public MemorySegment allocate(long bytes, Arena arena) {
    try {
      return cuda.allocate(device, bytes, arena);
    } catch (CudaFault e) {
      OutOfMemoryError error =
          new OutOfMemoryError("%d bytes: %s".formatted(bytes, e.getMessage()));
      error.initCause(e);
      throw error;
    }
  }

  @Override
  public void write(MemorySegment source, MemorySegment target, long bytes) {
    if (source.isNative()) {
      cuda.copy(device, source, target, bytes);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment staged = arena.allocate(bytes, Long.BYTES);
        MemorySegment.copy(source, 0, staged, 0, bytes);
        cuda.copy(device, staged, target, bytes);
      }
    }
  }

  @Override
  public void read(MemorySegment source, MemorySegment target, long bytes) {
    if (target.isNative()) {
      cuda.copy(device, source, target, bytes);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment staged = arena.allocate(bytes, Long.BYTES);
        cuda.copy(device, source, staged, bytes);
        MemorySegment.copy(staged, 0, target, 0, bytes);
      }
    }
  }

  @Override
  public void copy(MemorySegment source, MemorySegment target) {
    cuda.copy(device, source, target, source.byteSize());
  }
}
