package dev.argus.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A device's memory. Its segments are addresses: only a processor's may be read and written other
 * than by this. Thread-safe.
 */
interface Memory {

  /**
   * Memory filled with zeros, which the arena frees.
   *
   * @throws OutOfMemoryError if there is not enough
   */
  MemorySegment allocate(long bytes, Arena arena);

  /** Copies the first bytes of a segment of the process's, perhaps on the heap, into memory. */
  void write(MemorySegment source, MemorySegment target, long bytes);

  /** Copies the first bytes of memory into a segment of the process's, perhaps on the heap. */
  void read(MemorySegment source, MemorySegment target, long bytes);

  /** Copies bytes within this memory; both segments are whole, and do not overlap. */
  void copy(MemorySegment source, MemorySegment target);
}
