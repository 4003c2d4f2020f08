package dev.argus.decoder.engine;

import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Tensors that live as long as one run; closing it closes them. */
record TensorScope(Device device, List<Tensor> tensors) implements AutoCloseable {

  TensorScope(Device device) {
    this(device, new ArrayList<>());
  }

  /** A new tensor of int64. */
  Tensor longs(Shape shape, long... values) {
    Tensor tensor = added(device.allocate(ElementType.INT64, shape));
    tensor.write(MemorySegment.ofArray(values));
    return tensor;
  }

  /** A tensor's first elements in another shape. */
  Tensor view(Tensor tensor, Shape shape) {
    return added(tensor.shaped(shape));
  }

  private Tensor added(Tensor tensor) {
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
  }
}
