package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys and values of one sequence, as exports want them: for each layer two tensors {@code [1,
 * kvHeads, length, headDim]} without gaps.
 *
 * <p>Design note: a run reads such a tensor and writes a longer one, in which all heads but the
 * first lie elsewhere. So each has two places, which take turns. Both are as large as the sequence
 * may get; memory that was never written to takes none.
 *
 * <p>Owns the tensors; not thread-safe.
 */
final class GrowingCache implements AutoCloseable {
  private static final List<String> KINDS = List.of("key", "value");

  private static final String PAST = "past_key_values.";
  private static final String PRESENT = "present.";

  private final TextConfig config;
  private final OpenResources owned = new OpenResources();
  private final List<Place> places = new ArrayList<>();
  private int length;

  /** One layer's keys, or its values. */
  private static final class Place {
    private final String suffix;
    private Tensor current;
    private Tensor other;

    Place(String suffix, Tensor current, Tensor other) {
      this.suffix = suffix;
      this.current = current;
      this.other = other;
    }

    void swap() {
      Tensor before = current;
      current = other;
      other = before;
    }
  }

  /**
   * @param type of the elements
   * @param capacity the most positions
   */
  GrowingCache(Device device, TextConfig config, ElementType type, int capacity) {
    this.config = config;
    Shape shape = shape(capacity);
    try {
      for (String suffix : suffixes(config.layers())) {
        places.add(
            new Place(
                suffix,
                owned.add(device.allocate(type, shape)),
                owned.add(device.allocate(type, shape))));
      }
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  /** What the past of a model with so many layers is called. */
  static Set<String> pastNames(int layers) {
    return names(PAST, layers);
  }

  /** What the past with what was added is called. */
  static Set<String> presentNames(int layers) {
    return names(PRESENT, layers);
  }

  private static Set<String> names(String prefix, int layers) {
    Set<String> names = new LinkedHashSet<>();
    suffixes(layers).forEach(suffix -> names.add(prefix + suffix));
    return names;
  }

  private static List<String> suffixes(int layers) {
    List<String> suffixes = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String kind : KINDS) {
        suffixes.add(layer + "." + kind);
      }
    }
    return suffixes;
  }

  private Shape shape(int positions) {
    return Shape.of(1, config.kvHeads(), positions, config.headDim());
  }

  /** Positions that it holds. */
  int length() {
    return length;
  }

  /**
   * Forgets all but the first positions.
   *
   * @throws IllegalArgumentException if it does not hold so many
   */
  void truncate(int positions) {
    if (positions > length) {
      throw new IllegalArgumentException(
          "the slot holds %d positions, not %d".formatted(length, positions));
    }
    if (positions < length) {
      rebuild(positions, this, positions);
    }
  }

  /**
   * Takes positions over from another cache, in the place of what is there and behind.
   *
   * @param from the first; this cache holds those before
   * @param to the position after the last; the other cache holds so many
   * @throws IllegalArgumentException if one of them does not hold so many
   */
  void take(GrowingCache source, int from, int to) {
    if (from > length || to > source.length) {
      throw new IllegalArgumentException(
          "positions %d to %d cannot be taken over: the slots hold %d and %d"
              .formatted(from, to, length, source.length));
    }
    rebuild(from, source, to);
  }

  /** Lays the beginnings of all heads side by side: own positions, then those of a source. */
  private void rebuild(int own, GrowingCache source, int total) {
    long width = config.headDim();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Tensor other = source.places.get(i).current;
      for (long head = 0; head < config.kvHeads(); head++) {
        long begin = head * total * width;
        place.other.copy(place.current, head * length * width, begin, own * width);
        long from = (head * source.length + own) * width;
        place.other.copy(other, from, begin + own * width, (total - own) * width);
      }
    }
    places.forEach(Place::swap);
    length = total;
  }

  /**
   * What a run of so many more tokens is bound to.
   *
   * @param scope owns the views
   */
  Step step(int tokens, TensorScope scope) {
    Map<String, Tensor> past = new HashMap<>();
    Map<String, Tensor> present = new HashMap<>();
    for (Place place : places) {
      past.put(PAST + place.suffix, scope.view(place.current, shape(length)));
      present.put(PRESENT + place.suffix, scope.view(place.other, shape(length + tokens)));
    }
    return new Step(past, present);
  }

  /** Says that such a run succeeded. */
  void grow(int tokens) {
    places.forEach(Place::swap);
    length += tokens;
  }

  @Override
  public void close() {
    owned.close();
  }

  /**
   * One run's views of the cache.
   *
   * @param past the inputs
   * @param present the outputs
   */
  record Step(Map<String, Tensor> past, Map<String, Tensor> present) {}
}
