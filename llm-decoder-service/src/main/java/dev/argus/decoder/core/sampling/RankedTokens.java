package dev.argus.decoder.core.sampling;

/**
 * Token ids by descending logit, equal logits by ascending id, taken one by one.
 *
 * <p>A binary heap over primitive keys: filling costs one pass over the vocabulary, and each id
 * taken a logarithm of it. Nearly always few are taken, where sorting would pay for all. A key
 * holds the order-preserving bits of the logit in its upper half, inverted, and the id in its lower
 * half, so that the smallest key comes first and no two are equal.
 */
final class RankedTokens {
  private long[] heap = new long[0];
  private int size;

  /** Empties the heap and makes room. */
  void clear(int capacity) {
    size = 0;
    if (heap.length < capacity) {
      heap = new long[capacity];
    }
  }

  /** Adds an id; the heap is put in order by {@link #order}. */
  void add(int id, float logit) {
    heap[size++] = key(id, logit);
  }

  /** To be called after the last {@link #add} and before the first {@link #take}. */
  void order() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  int size() {
    return size;
  }

  /** Removes the id with the highest logit. Not to be called when empty. */
  int take() {
    long first = heap[0];
    heap[0] = heap[--size];
    siftDown(0);
    return (int) first;
  }

  private static long key(int id, float logit) {
    int bits = Float.floatToRawIntBits(logit + 0.0f); // -0 becomes +0: they are equal
    int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
    return ((long) ~ascending << 32) | id;
  }

  private void siftDown(int from) {
    int parent = from;
    long moving = heap[from];
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= moving) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = moving;
  }
}
