package dev.argus.decoder.engine;

import dev.argus.runtime.Recording;

/**
 * Which row of the pool each slot lies in.
 *
 * <p>Design note: the attention operator takes neighbouring rows of the cache as its batch, and one
 * run for all sequences costs far less than two for some each, because every run reads all weights.
 * Slots come and go in any order, pause and stay warm, so those that run together are brought
 * together where they are not: the window of rows is chosen that moves the fewest positions, and
 * each sequence outside of it changes places with an idle slot inside. Nothing is computed or
 * overwritten, so no result can change. A slot moves when it joins or leaves the batch, not while
 * it runs; moving a thousand positions takes about as long as one decode step.
 *
 * <p>Where steps are recorded, the window is the first rows: a recording holds their addresses, and
 * so there is one for each number of sequences and not for each range of rows.
 *
 * <p>Not thread-safe.
 */
final class SlotRows {
  private final KvPool pool;
  private final int[] rowOf;
  private final int[] slotIn;

  /** By slot: the positions in use. */
  private final int[] lengths;

  private final Recording recording;

  SlotRows(KvPool pool, int slots, Recording recording) {
    this.pool = pool;
    this.recording = recording;
    this.rowOf = new int[slots];
    this.slotIn = new int[slots];
    this.lengths = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      rowOf[slot] = slot;
      slotIn[slot] = slot;
    }
  }

  /** The row of a slot. */
  int of(int slot) {
    return rowOf[slot];
  }

  /** From now on the first {@code length} positions of a slot are in use, and no others. */
  void use(int slot, int length) {
    lengths[slot] = length;
  }

  /** Copies positions of one slot to another, which then uses those and the ones before. */
  void copy(int source, int target, int from, int to) {
    pool.copy(rowOf[source], rowOf[target], from, to);
    use(target, to);
  }

  /**
   * Makes slots neighbours.
   *
   * @param slots all different
   * @return the first of their rows
   */
  int gather(int[] slots) {
    boolean[] wanted = new boolean[rowOf.length];
    int first = rowOf.length;
    int last = -1;
    for (int slot : slots) {
      int row = rowOf[slot];
      wanted[row] = true;
      first = Math.min(first, row);
      last = Math.max(last, row);
    }
    int lastWindow =
        switch (recording) {
          case OFF -> rowOf.length - slots.length;
          case ON -> 0;
        };
    if (last - first + 1 == slots.length && first <= lastWindow) {
      return first;
    }
    int window = cheapestWindow(wanted, slots.length, lastWindow);
    moveInto(window, slots.length, wanted);
    return window;
  }

  private int cheapestWindow(boolean[] wanted, int size, int lastWindow) {
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int start = 0; start <= lastWindow; start++) {
      long moved = 0;
      for (int row = 0; row < wanted.length; row++) {
        boolean inside = row >= start && row < start + size;
        moved += wanted[row] == inside ? 0 : lengths[slotIn[row]];
      }
      if (moved < least) {
        least = moved;
        best = start;
      }
    }
    return best;
  }

  private void moveInto(int start, int size, boolean[] wanted) {
    int idle = start;
    for (int row = 0; row < wanted.length; row++) {
      boolean inside = row >= start && row < start + size;
      if (wanted[row] && !inside) {
        while (wanted[idle]) {
          idle++;
        }
        swap(row, idle++);
      }
    }
  }

  private void swap(int row, int other) {
    int slot = slotIn[row];
    int otherSlot = slotIn[other];
    pool.swap(row, lengths[slot], other, lengths[otherSlot]);
    slotIn[row] = otherSlot;
    slotIn[other] = slot;
    rowOf[slot] = other;
    rowOf[otherSlot] = row;
  }
}
