package dev.argus.runtime;

import dev.argus.runtime.capi.CudaFault;
import dev.argus.runtime.capi.CudaRuntime;
import dev.argus.runtime.capi.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * A GPU's memory. Its segments are addresses that only the GPU can follow. Whoever copies has a
 * {@link CudaStream} to itself meanwhile; there are as many as copied at once.
 */
final class CudaMemory implements Memory, AutoCloseable {
  private final CudaRuntime cuda;
  private final int device;
  private final Queue<CudaStream> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** What a thread's copies within this memory are given to, until it waits for all of them. */
  private final ScopedValue<CudaStream> together = ScopedValue.newInstance();

  /**
   * @param device which GPU, 0 or more
   */
  CudaMemory(CudaRuntime cuda, int device) {
    this.cuda = cuda;
    this.device = device;
  }

  /** Which GPU's. */
  int device() {
    return device;
  }

  @Override
  public MemorySegment allocate(long bytes, Arena arena) {
    try {
      MemorySegment memory = cuda.allocate(device, bytes, arena);
      use(stream -> stream.clear(memory));
      return memory;
    } catch (CudaFault e) {
      OutOfMemoryError error =
          new OutOfMemoryError("%d bytes: %s".formatted(bytes, e.getMessage()));
      error.initCause(e);
      throw error;
    }
  }

  @Override
  public void write(MemorySegment source, MemorySegment target, long bytes) {
    use(stream -> stream.write(source, target, bytes));
  }

  @Override
  public void read(MemorySegment source, MemorySegment target, long bytes) {
    use(stream -> stream.read(source, target, bytes));
  }

  @Override
  public void copy(MemorySegment source, MemorySegment target) {
    if (together.isBound()) {
      together.get().copy(source, target);
    } else {
      copyTogether(() -> copy(source, target));
    }
  }

  /** Makes copies within this memory, and waits once for all of them. */
  void copyTogether(Runnable copies) {
    use(stream -> {
      ScopedValue.where(together, stream).run(copies);
      stream.await();
    });
  }

  private void use(Consumer<CudaStream> work) {
    CudaStream free = idle.poll();
    CudaStream stream = free != null ? free : new CudaStream(cuda, device);
    try {
      work.accept(stream);
    } catch (RuntimeException | Error e) {
      closeAfter(e, stream);
      throw e;
    }
    idle.add(stream);
    if (closed) {
      closeIdle();
    }
  }

  /** After one fault a GPU may answer everything with it. */
  private static void closeAfter(Throwable failure, CudaStream stream) {
    try {
      stream.close();
    } catch (CudaFault another) {
      failure.addSuppressed(another);
    }
  }

  /** Frees the streams; tensors can still be used, each use with a stream of its own. */
  @Override
  public void close() {
    closed = true;
    closeIdle();
  }

  private void closeIdle() {
    for (CudaStream stream = idle.poll(); stream != null; stream = idle.poll()) {
      stream.close();
    }
  }
}
