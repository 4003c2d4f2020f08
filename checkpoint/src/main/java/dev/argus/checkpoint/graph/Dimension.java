package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.onnx.TensorShapeProto;

/** A dimension of a graph's input or output: a number, or a name for what the caller decides. */
public sealed interface Dimension {

  /** Always this long. */
  static Dimension of(long length) {
    return new Fixed(length);
  }

  /** As long as the caller likes, and equally long wherever the graph repeats the name. */
  static Dimension named(String name) {
    return new Named(name);
  }

  /** This dimension in ONNX. */
  default TensorShapeProto.Dimension toProto() {
    var proto = TensorShapeProto.Dimension.newBuilder();
    return switch (this) {
      case Fixed fixed -> proto.setDimValue(fixed.length()).build();
      case Named named -> proto.setDimParam(named.name()).build();
    };
  }

  /** A number. */
  record Fixed(long length) implements Dimension {}

  /** A name. */
  record Named(String name) implements Dimension {}
}
