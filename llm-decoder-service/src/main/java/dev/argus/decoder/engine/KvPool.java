package dev.argus.decoder.engine;

import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys and values of all slots: for each layer two tensors {@code [slots, kvHeads, capacity,
 * headDim]}, in the floats that the graph keeps them in.
 *
 * <p>Two tensors for each layer and not one for all, so that the device's limit on a tensor (2 GiB
 * on a processor) bounds a layer's part alone. Owns the tensors; not thread-safe.
 */
final class KvPool implements AutoCloseable {
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final int heads;
  private final int capacity;
  private final int headDim;

  private final Device device;

  /** One head's positions, while two rows change places. */
  private final Tensor scratch;

  /**
   * Allocates a pool.
   *
   * @param type of the elements
   * @throws IllegalArgumentException if one layer's keys are larger than a tensor can be
   * @throws dev.argus.base.failure.ModelFault if there is not enough memory
   */
  KvPool(Device device, TextConfig config, ElementType type, int slots, int capacity) {
    Shape shape = Shape.of(slots, config.kvHeads(), capacity, config.headDim());
    long bytes = shape.elements() * type.bytes();
    if (bytes > device.maxTensorBytes()) {
      throw new IllegalArgumentException(
          "%d slots of %d positions need %d bytes for one layer's keys; a tensor can have %d: take fewer or shorter slots"
              .formatted(slots, capacity, bytes, device.maxTensorBytes()));
    }
    this.device = device;
    this.heads = config.kvHeads();
    this.capacity = capacity;
    this.headDim = config.headDim();
    this.scratch = device.allocate(type, Shape.of(capacity, headDim));
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        keys.add(device.allocate(type, shape));
        values.add(device.allocate(type, shape));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Copies positions {@code [from, to)} of one row to another. */
  void copy(int source, int target, int from, int to) {
    device.copyTogether(() -> copyHeads(source, target, from, to));
  }

  private void copyHeads(int source, int target, int from, int to) {
    for (int head = 0; head < heads; head++) {
      long start = start(source, head) + (long) from * headDim;
      long end = start(target, head) + (long) from * headDim;
      long count = (long) (to - from) * headDim;
      keys.forEach(tensor -> tensor.copy(tensor, start, end, count));
      values.forEach(tensor -> tensor.copy(tensor, start, end, count));
    }
  }

  /**
   * Lets two rows change places.
   *
   * @param length positions of the first row that count
   * @param otherLength positions of the other row that count
   */
  void swap(int row, int length, int other, int otherLength) {
    device.copyTogether(() -> swapHeads(row, length, other, otherLength));
  }

  private void swapHeads(int row, int length, int other, int otherLength) {
    for (int head = 0; head < heads; head++) {
      long here = start(row, head);
      long there = start(other, head);
      keys.forEach(tensor -> swap(tensor, here, length, there, otherLength));
      values.forEach(tensor -> swap(tensor, here, length, there, otherLength));
    }
  }

  private void swap(Tensor tensor, long here, int length, long there, int otherLength) {
    scratch.copy(tensor, here, 0, (long) length * headDim);
    tensor.copy(tensor, there, here, (long) otherLength * headDim);
    tensor.copy(scratch, 0, there, (long) length * headDim);
  }

  /** Index of the first element of a row's head. */
  private long start(int row, int head) {
    return ((long) row * heads + head) * capacity * headDim;
  }

  /** The keys and values of neighbouring slots; closed by the caller. */
  Range range(int first, int count) {
    Map<String, Tensor> past = new HashMap<>();
    Map<String, Tensor> present = new HashMap<>();
    Range range = new Range(past, present);
    try {
      for (int layer = 0; layer < keys.size(); layer++) {
        past.put("past_key." + layer, keys.get(layer).rows(first, count));
        past.put("past_value." + layer, values.get(layer).rows(first, count));
        present.put("present_key." + layer, past.get("past_key." + layer));
        present.put("present_value." + layer, past.get("past_value." + layer));
      }
      return range;
    } catch (RuntimeException e) {
      range.close();
      throw e;
    }
  }

  @Override
  public void close() {
    scratch.close();
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
  }

  /**
   * Views of neighbouring slots, named as the decoder graph's inputs and outputs.
   *
   * @param past the inputs
   * @param present the outputs: the same tensors
   */
  record Range(Map<String, Tensor> past, Map<String, Tensor> present) implements AutoCloseable {

    @Override
    public void close() {
      past.values().forEach(Tensor::close);
    }
  }
}
