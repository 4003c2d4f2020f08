package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
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
    if (positions > 0 && positions < length) {
      places.forEach(place -> moveTogether(place.current, positions));
    }
    length = positions;
  }

  /** Lays the beginnings of all heads side by side. */
  private void moveTogether(Tensor tensor, int positions) {
    int heads = config.kvHeads();
    int width = config.headDim();
    byte[] beginning = new byte[positions * width * tensor.type().bytes()];
    MemorySegment moved = MemorySegment.ofArray(beginning);
    try (Tensor before = tensor.shaped(Shape.of((long) heads * length, width));
        Tensor after = tensor.shaped(Shape.of((long) heads * positions, width))) {
      for (long head = 1; head < heads; head++) {
        try (Tensor from = before.rows(head * length, positions);
            Tensor to = after.rows(head * positions, positions)) {
          from.read(moved);
          to.write(moved);
        }
      }
    }
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
