package dev.argus.preprocess.core.image;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for decoded pictures, used again and again: fresh memory costs a page fault for
 * every 4 KiB, which for a photograph is a good part of decoding it. Keeps the latest buffers, up
 * to {@link #MOST_IDLE_BYTES}. Thread-safe.
 */
final class PixelBuffers implements AutoCloseable {
  /** Two photographs of 12 megapixels. */
  static final long MOST_IDLE_BYTES = 96L << 20;

  private final List<Buffer> idle = new ArrayList<>();
  private boolean closed;

  /** Memory, and what frees it. */
  private record Buffer(MemorySegment memory, Arena arena) {
    long bytes() {
      return memory.byteSize();
    }
  }

  /**
   * A buffer in use.
   *
   * @param memory as long as was asked for; undefined content
   * @param giveBack run once, when nobody reads it any more
   */
  record Lease(MemorySegment memory, Runnable giveBack) {}

  /** Takes a buffer. */
  Lease take(long bytes) {
    Buffer buffer = takeIdle(bytes);
    if (buffer == null) {
      Arena arena = Arena.ofShared();
      buffer = new Buffer(arena.allocate(bytes), arena);
    }
    Buffer taken = buffer;
    return new Lease(taken.memory().asSlice(0, bytes), () -> giveBack(taken));
  }

  /** The smallest that is large enough. */
  private synchronized @Nullable Buffer takeIdle(long bytes) {
    Buffer best =
        idle.stream()
            .filter(buffer -> buffer.bytes() >= bytes)
            .min(Comparator.comparingLong(Buffer::bytes))
            .orElse(null);
    if (best != null) {
      idle.remove(best);
    }
    return best;
  }

  private void giveBack(Buffer buffer) {
    for (Buffer each : keep(buffer)) {
      each.arena().close();
    }
  }

  /** Keeps a buffer; returns those to be freed instead, the oldest first. */
  private synchronized List<Buffer> keep(Buffer buffer) {
    if (closed || buffer.bytes() > MOST_IDLE_BYTES) {
      return List.of(buffer);
    }
    idle.addLast(buffer);
    List<Buffer> freed = new ArrayList<>();
    while (idle.stream().mapToLong(Buffer::bytes).sum() > MOST_IDLE_BYTES) {
      freed.add(idle.removeFirst());
    }
    return freed;
  }

  /** Bytes that are kept for the next picture. */
  synchronized long idleBytes() {
    return idle.stream().mapToLong(Buffer::bytes).sum();
  }

  /** Frees what is idle; what is in use is freed when it is given back. */
  @Override
  public void close() {
    List<Buffer> freed;
    synchronized (this) {
      closed = true;
      freed = List.copyOf(idle);
      idle.clear();
    }
    freed.forEach(buffer -> buffer.arena().close());
  }
}
