package dev.argus.runtime.capi;

import java.lang.foreign.MemorySegment;

/**
 * Copies between the process's memory and a GPU's: a CUDA stream of its own, which waits for no
 * other work on that GPU and holds none up, and a piece of <em>pinned</em> memory, which the GPU
 * reads and writes by itself. Copies go through that piece, as much at a time as it holds. Every
 * call but {@link #copy} waits for what it does.
 *
 * <p>Not thread-safe. After a {@link CudaFault} it can only be closed.
 */
public final class CudaStream implements AutoCloseable {
  /** A tile of 512 x 512 pixels, a row of logits, and a tile's visual tokens fit in one go. */
  static final long PINNED_BYTES = 1 << 20;

  private final CudaRuntime cuda;
  private final int device;
  private final MemorySegment stream;
  private final MemorySegment pinned;

  /**
   * Makes a stream on a GPU.
   *
   * @throws CudaFault if there is no memory for it
   */
  public CudaStream(CudaRuntime cuda, int device) {
    this.cuda = cuda;
    this.device = device;
    this.stream = cuda.createStream(device);
    try {
      this.pinned = cuda.allocatePinned(device, PINNED_BYTES);
    } catch (CudaFault e) {
      cuda.destroyStream(stream);
      throw e;
    }
  }

  /** Sets memory on the GPU to zero. */
  public void clear(MemorySegment memory) {
    cuda.select(device);
    cuda.clear(memory, stream);
    cuda.await(stream);
  }

  /** Copies the first bytes of the process's memory, perhaps on the heap, to the GPU's. */
  public void write(MemorySegment source, MemorySegment target, long bytes) {
    cuda.select(device);
    for (long from = 0; from < bytes; from += PINNED_BYTES) {
      MemorySegment piece = piece(bytes - from);
      piece.copyFrom(source.asSlice(from, piece.byteSize()));
      cuda.copy(piece, target.asSlice(from, piece.byteSize()), stream);
      cuda.await(stream);
    }
  }

  /** Copies the first bytes of the GPU's memory to the process's, perhaps on the heap. */
  public void read(MemorySegment source, MemorySegment target, long bytes) {
    cuda.select(device);
    for (long from = 0; from < bytes; from += PINNED_BYTES) {
      MemorySegment piece = piece(bytes - from);
      cuda.copy(source.asSlice(from, piece.byteSize()), piece, stream);
      cuda.await(stream);
      MemorySegment.copy(piece, 0, target, from, piece.byteSize());
    }
  }

  /**
   * Gives it a segment of the GPU's memory to copy to another one of the same size, after what was
   * given to it before; to be followed by {@link #await}.
   */
  public void copy(MemorySegment source, MemorySegment target) {
    cuda.select(device);
    cuda.copy(source, target, stream);
  }

  /** Waits until all that was given to it is done. */
  public void await() {
    cuda.select(device);
    cuda.await(stream);
  }

  private MemorySegment piece(long bytes) {
    return pinned.asSlice(0, Math.min(bytes, PINNED_BYTES));
  }

  /** Frees both; once. */
  @Override
  public void close() {
    cuda.select(device);
    try {
      cuda.destroyStream(stream);
    } finally {
      cuda.freePinned(pinned);
    }
  }
}
