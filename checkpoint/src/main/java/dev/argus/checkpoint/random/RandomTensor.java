package dev.argus.checkpoint.random;

import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.TensorInfo;
import java.util.List;

/**
 * A tensor to be filled with normally distributed numbers.
 *
 * @param name in the checkpoint
 * @param shape outermost dimension first
 * @param mean of its elements
 * @param deviation their standard deviation
 * @param outliers which of its channels are outliers
 */
record RandomTensor(String name, List<Long> shape, float mean, float deviation, Outliers outliers) {

  /** The dimension whose outlier channels have larger elements than the others. */
  enum Outliers {
    NONE,
    FIRST_DIMENSION,
    LAST_DIMENSION
  }

  /** What is written of it. */
  TensorInfo info(DataType type) {
    return new TensorInfo(name, type, shape);
  }
}
