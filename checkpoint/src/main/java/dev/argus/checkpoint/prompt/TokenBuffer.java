package dev.argus.checkpoint.prompt;

import java.util.Arrays;

/** Token ids that are still being collected. */
final class TokenBuffer {
  private int[] ids = new int[256];
  private int size;

  int size() {
    return size;
  }

  void add(int... more) {
    reserve(more.length);
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  void fill(int id, int count) {
    reserve(count);
    Arrays.fill(ids, size, size + count, id);
    size += count;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  private void reserve(int count) {
    if (ids.length - size < count) {
      ids = Arrays.copyOf(ids, Math.max(ids.length * 2, size + count));
    }
  }
}
