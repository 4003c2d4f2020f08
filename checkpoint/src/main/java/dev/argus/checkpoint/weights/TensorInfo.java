package dev.argus.checkpoint.weights;

import java.util.List;

/**
 * What a tensor is, without its elements.
 *
 * @param name name in the checkpoint
 * @param type how its elements are stored
 * @param shape its dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DataType type, List<Long> shape) {

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Bytes that its elements take in the file. */
  public long bytes() {
    return Math.multiplyExact(elements(), type.bytes());
  }
}
