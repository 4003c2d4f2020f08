package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.onnx.TensorProto.DataType;

/**
 * What a part's graph is built of at a precision.
 *
 * @param floats type of weights that are not quantised, and of what flows between operators: {@code
 *     FLOAT}, {@code FLOAT16} or {@code BFLOAT16}
 * @param product how it multiplies by the weights of the layers
 */
record Recipe(DataType floats, Product product) {

  /** The recipe of a precision. */
  static Recipe of(GraphPart part, Precision precision) {
    return switch (precision) {
      case FP32 -> new Recipe(DataType.FLOAT, new Product.Floats());
      case FP16 -> new Recipe(DataType.FLOAT16, new Product.Floats());
      case BF16 -> new Recipe(DataType.BFLOAT16, new Product.Floats());
      case INT8 -> integers(part, new Product.Blocks(8));
      case W8A8 -> integers(part, new Product.RowBytes());
      case INT4 -> integers(part, new Product.Blocks(4));
    };
  }

  /** A vision tower's has one product for all: its tiles come one in a run. */
  private static Recipe integers(GraphPart part, Product language) {
    return new Recipe(
        DataType.FLOAT,
        switch (part) {
          case VISION -> new Product.Bytes();
          case DECODER -> language;
        });
  }
}
