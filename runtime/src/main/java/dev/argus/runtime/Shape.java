package dev.argus.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * The dimensions of a tensor, outermost first.
 *
 * <p>The outermost is at least 1: some kernels of ONNX Runtime divide by the number of rows and
 * kill the process when it is 0, so that a batch of nothing cannot even be named here. Another may
 * be 0, as the length of a KV cache at the beginning is.
 */
public record Shape(List<Long> dimensions) {

  /**
   * @throws IllegalArgumentException if the outermost dimension is below 1, another below 0, or
   *     there are too many elements to count
   */
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (!dimensions.isEmpty() && dimensions.getFirst() < 1) {
      throw new IllegalArgumentException("a shape has 1 row or more: " + dimensions);
    }
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException("a shape has no dimension below 0: " + dimensions);
      }
      if (dimension > 0 && elements > Long.MAX_VALUE / dimension) {
        throw new IllegalArgumentException("too many elements: " + dimensions);
      }
      elements *= dimension;
    }
  }

  /** A shape of these dimensions; none for a scalar. */
  public static Shape of(long... dimensions) {
    List<Long> list = new ArrayList<>(dimensions.length);
    for (long dimension : dimensions) {
      list.add(dimension);
    }
    return new Shape(list);
  }

  /** Number of dimensions. */
  public int rank() {
    return dimensions.size();
  }

  /** Length of one dimension. */
  public long dimension(int axis) {
    return dimensions.get(axis);
  }

  /** Number of elements. */
  public long elements() {
    return dimensions.stream().reduce(1L, (a, b) -> a * b);
  }

  /**
   * This shape with another outermost dimension.
   *
   * @throws IllegalArgumentException if this is a scalar's shape or {@code rows} is below 1
   */
  public Shape withRows(long rows) {
    if (rank() == 0) {
      throw new IllegalArgumentException("a scalar has no rows");
    }
    List<Long> list = new ArrayList<>(dimensions);
    list.set(0, rows);
    return new Shape(list);
  }

  long[] toArray() {
    return dimensions.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public String toString() {
    return dimensions.toString();
  }
}
