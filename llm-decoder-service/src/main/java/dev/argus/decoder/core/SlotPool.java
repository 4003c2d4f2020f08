package dev.argus.decoder.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which slots of the KV cache are free, and in which order they are handed out. Every slot is
 * either free or held by exactly one sequence.
 *
 * <p>Not thread-safe: it belongs to the scheduler's thread.
 */
final class SlotPool {
  private final int size;
  private final Deque<Integer> free = new ArrayDeque<>();

  /**
   * @param size number of slots; at least 1
   */
  SlotPool(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a pool needs at least 1 slot, not " + size);
    }
    this.size = size;
    for (int slot = 0; slot < size; slot++) {
      free.add(slot);
    }
  }

  /**
   * Takes the first free slot.
   *
   * @throws java.util.NoSuchElementException if none is free
   */
  int acquire() {
    return free.removeFirst();
  }

  /**
   * Takes this slot.
   *
   * @throws IllegalStateException if it is not free
   */
  int acquire(int slot) {
    if (!free.remove(slot)) {
      throw new IllegalStateException("slot " + slot + " is held");
    }
    return slot;
  }

  /**
   * Gives a slot back; it becomes the last one to be handed out.
   *
   * @throws IllegalStateException if nobody holds it
   */
  void release(int slot) {
    requireHeld(slot);
    free.addLast(slot);
  }

  /**
   * Gives a slot back; it becomes the first one to be handed out.
   *
   * @throws IllegalStateException if nobody holds it
   */
  void releaseFirst(int slot) {
    requireHeld(slot);
    free.addFirst(slot);
  }

  boolean isFree(int slot) {
    return free.contains(slot);
  }

  /** Number of slots held. */
  int used() {
    return size - free.size();
  }

  /** Number of slots to be had. */
  int free() {
    return free.size();
  }

  private void requireHeld(int slot) {
    if (slot < 0 || slot >= size || isFree(slot)) {
      throw new IllegalStateException("nobody holds slot " + slot);
    }
  }
}
