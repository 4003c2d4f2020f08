package dev.argus.encoder.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Waiting items of several owners, who take turns: an owner with a hundred items does not keep one
 * with a single item waiting for more than one of its own.
 *
 * <p>Owners stand in a ring in the order in which they came. One who has had an item taken goes to
 * the end; one without items leaves. An owner's items stay in order. Not thread-safe.
 *
 * @param <K> the owner
 * @param <T> the item
 */
final class RoundRobin<K, T> {
  private final SequencedMap<K, Queue<T>> ring = new LinkedHashMap<>();
  private int size;

  /** Items of all owners. */
  int size() {
    return size;
  }

  void add(K owner, T item) {
    ring.computeIfAbsent(owner, _ -> new ArrayDeque<>()).add(item);
    size++;
  }

  /** Takes the next item; there must be one. */
  T take() {
    Map.Entry<K, Queue<T>> first = ring.pollFirstEntry();
    if (first == null) {
      throw new NoSuchElementException();
    }
    Queue<T> items = first.getValue();
    T item = items.remove();
    if (!items.isEmpty()) {
      ring.put(first.getKey(), items);
    }
    size--;
    return item;
  }

  /** The items that are taken next, in order; they stay. */
  List<T> next(int most) {
    List<T> next = new ArrayList<>();
    Queue<Iterator<T>> turns = new ArrayDeque<>();
    ring.values().forEach(items -> turns.add(items.iterator()));
    while (next.size() < most && !turns.isEmpty()) {
      Iterator<T> items = turns.remove();
      next.add(items.next());
      if (items.hasNext()) {
        turns.add(items);
      }
    }
    return next;
  }

  /** Takes all items like this, wherever they stand. Nobody's turn changes. */
  List<T> takeAll(Predicate<T> like) {
    List<T> taken = new ArrayList<>();
    ring.values().forEach(items -> items.removeIf(item -> like.test(item) && taken.add(item)));
    ring.values().removeIf(Queue::isEmpty);
    size -= taken.size();
    return taken;
  }

  /** Drops an owner's items. */
  void remove(K owner) {
    Queue<T> items = ring.remove(owner);
    size -= items == null ? 0 : items.size();
  }

  /** The owners who have items. */
  Collection<K> owners() {
    return List.copyOf(ring.keySet());
  }
}
