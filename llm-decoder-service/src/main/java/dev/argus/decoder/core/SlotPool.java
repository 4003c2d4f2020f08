package dev.argus.decoder.core;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Which slots of the KV cache are free. Every slot is either free or held by exactly one sequence.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
public final class SlotPool {
  private final int size;
  private final BitSet used;

  /**
   * @param size number of slots; at least 1
   */
  public SlotPool(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a pool needs at least 1 slot, not " + size);
    }
    this.size = size;
    this.used = new BitSet(size);
  }

  /** Takes the free slot with the lowest number; empty when none is free. */
  public OptionalInt acquire() {
    int slot = used.nextClearBit(0);
    if (slot >= size) {
      return OptionalInt.empty();
    }
    used.set(slot);
    return OptionalInt.of(slot);
  }

  /**
   * Gives a slot back.
   *
   * @throws IllegalStateException if nobody holds it
   */
  public void release(int slot) {
    if (!used.get(slot)) {
      throw new IllegalStateException("slot " + slot + " is free already");
    }
    used.clear(slot);
  }

  /** Number of slots held. */
  public int used() {
    return used.cardinality();
  }

  /** Number of slots to be had. */
  public int free() {
    return size - used();
  }
}
