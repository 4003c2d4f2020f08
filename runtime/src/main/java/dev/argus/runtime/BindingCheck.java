package dev.argus.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares tensors with what a graph says about its inputs and outputs. One check is for one
 * binding: a named dimension has the same length wherever it occurs.
 */
final class BindingCheck {
  /** A dimension's length, and the input or output that set it. */
  private record Length(long value, String where) {}

  private final Map<String, Length> named = new HashMap<>();

  /** Throws {@link IllegalArgumentException} if an input is missing, unknown or wrong. */
  void inputs(Map<String, TensorSpec> specs, Map<String, Tensor> tensors) {
    if (!tensors.keySet().containsAll(specs.keySet())) {
      Set<String> missing = new TreeSet<>(specs.keySet());
      missing.removeAll(tensors.keySet());
      throw new IllegalArgumentException("inputs without a tensor: " + missing);
    }
    tensors.forEach((name, tensor) -> compare("input " + name, specs.get(name), tensor));
  }

  /** Throws {@link IllegalArgumentException} if an output is unknown or wrong, or there is none. */
  void outputs(Map<String, TensorSpec> specs, Map<String, Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("no output is wanted");
    }
    tensors.forEach((name, tensor) -> compare("output " + name, specs.get(name), tensor));
  }

  private void compare(String where, @Nullable TensorSpec spec, Tensor tensor) {
    if (spec == null) {
      throw new IllegalArgumentException("the graph has no " + where);
    }
    if (spec.type() != tensor.type()) {
      throw new IllegalArgumentException(
          "%s is %s, not %s".formatted(where, spec.type(), tensor.type()));
    }
    Shape shape = tensor.shape();
    if (spec.dimensions().size() != shape.rank()) {
      throw new IllegalArgumentException(
          "%s has %d dimensions, not %d: %s"
              .formatted(where, spec.dimensions().size(), shape.rank(), shape));
    }
    for (int axis = 0; axis < shape.rank(); axis++) {
      compare(where, axis, spec.dimensions().get(axis), shape.dimension(axis));
    }
  }

  private void compare(String where, int axis, TensorSpec.Dimension expected, long length) {
    String place = "dimension %d of %s".formatted(axis, where);
    switch (expected) {
      case TensorSpec.Fixed fixed -> {
        if (fixed.length() != length) {
          throw new IllegalArgumentException(
              "%s is %d, not %d".formatted(place, fixed.length(), length));
        }
      }
      case TensorSpec.Named name -> {
        Length other = named.putIfAbsent(name.name(), new Length(length, place));
        if (other != null && other.value() != length) {
          throw new IllegalArgumentException(
              "%s ('%s') is %d, but %s is %d"
                  .formatted(place, name.name(), length, other.where(), other.value()));
        }
      }
      case TensorSpec.Any _ -> {}
    }
  }
}
