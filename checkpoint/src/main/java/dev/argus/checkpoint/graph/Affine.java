package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.weights.StoredTensor;

/**
 * The weights of something affine: a linear layer, or the gain and shift of a layer normalisation.
 *
 * @param weight {@code [out, in]} of a linear layer, {@code [width]} of a normalisation
 * @param bias {@code [out]}, {@code [width]}
 */
record Affine(FloatValues weight, FloatValues bias) {

  /**
   * Reads {@code weight} and {@code bias}.
   *
   * @param tensors where they are
   * @param shape the weight's
   * @throws dev.argus.base.failure.ModelFault if one is missing or has a wrong shape
   */
  static Affine of(ModelTensors tensors, long... shape) {
    return new Affine(tensors.values("weight", shape), tensors.values("bias", shape[0]));
  }

  /**
   * As {@link #of}, each output multiplied by its factor: layer scale costs nothing on the device.
   *
   * @param factors {@code [out]}
   */
  static Affine scaled(ModelTensors tensors, StoredTensor factors, long... shape) {
    return new Affine(
        FloatValues.scaled(tensors.tensor("weight", shape), factors),
        FloatValues.scaled(tensors.tensor("bias", shape[0]), factors));
  }
}
