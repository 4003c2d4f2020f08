package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.weights.StoredTensor;
import dev.argus.checkpoint.weights.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of one part of a model, found below a common prefix and checked against the shapes
 * that the settings imply.
 *
 * @param prefix what every name begins with, such as {@code model.vision_model.}
 */
public record ModelTensors(Weights weights, String prefix) {

  /** The tensors whose names go on with this. */
  public ModelTensors below(String name) {
    return new ModelTensors(weights, prefix + name);
  }

  /**
   * A tensor.
   *
   * @throws ModelFault if there is none of this name, or it has another shape
   */
  public StoredTensor tensor(String name, long... shape) {
    StoredTensor tensor = weights.tensor(prefix + name);
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!tensor.info().shape().equals(expected)) {
      throw new ModelFault(
          "tensor %s has the shape %s; config.json says %s"
              .formatted(prefix + name, tensor.info().shape(), expected),
          null);
    }
    return tensor;
  }

  /** A tensor's values, as {@link #tensor} finds it. */
  public FloatValues values(String name, long... shape) {
    return FloatValues.of(tensor(name, shape));
  }
}
