package dev.argus.checkpoint.export;

import dev.argus.checkpoint.graph.FloatValues;
import dev.argus.checkpoint.graph.ModelTensors;
import dev.argus.checkpoint.graph.Node;
import dev.argus.checkpoint.graph.OnnxGraph;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.util.List;

/**
 * The layers that exports are made of, described with ONNX's operators as PyTorch's exporter
 * describes them. Weights are written in the layout {@code [in, out]}, which it folds
 * transpositions into.
 *
 * @param graph what they are added to
 */
record Layers(OnnxGraph graph) {

  /** Adds an operation with a result of this name. */
  String add(String name, String operator, String... inputs) {
    return graph.add(Node.onnx(operator, inputs), name);
  }

  /** Gives a tensor another shape; 0 keeps a dimension, -1 is what remains. */
  String reshape(String name, String in, long... shape) {
    return add(name, "Reshape", in, graph.vector(shape));
  }

  /** Reorders a tensor's axes. */
  String transpose(String name, String in, Long... axes) {
    return graph.add(Node.onnx("Transpose", in).with("perm", List.of(axes)), name);
  }

  /** Makes another type of a tensor's elements. */
  String cast(String name, String in, DataType type) {
    return graph.add(Node.onnx("Cast", in).with("to", type.getNumber()), name);
  }

  /** Length of an axis, as a scalar. */
  String length(String name, String in, int axis) {
    return add(name, "Gather", add(name + ".shape", "Shape", in), graph.scalar(axis));
  }

  /**
   * A linear layer without a bias.
   *
   * @param tensors where its {@code weight} is, {@code [out, in]}
   */
  String product(String name, String in, ModelTensors tensors, long out, long width) {
    FloatValues weight = Transposed.of(tensors.tensor("weight", out, width));
    return add(name, "MatMul", in, graph.weight(name + ".weight", weight));
  }

  /** A linear layer with a bias. */
  String linear(String name, String in, ModelTensors tensors, long out, long width) {
    String bias = graph.weight(name + ".bias", tensors.values("bias", out));
    return add(name, "Add", product(name + ".product", in, tensors, out, width), bias);
  }

  /** A layer normalisation. */
  String layerNorm(String name, String in, ModelTensors tensors, long width, double epsilon) {
    return graph.add(
        Node.onnx(
                "LayerNormalization",
                in,
                graph.weight(name + ".weight", tensors.values("weight", width)),
                graph.weight(name + ".bias", tensors.values("bias", width)))
            .with("axis", -1)
            .with("epsilon", (float) epsilon),
        name);
  }

  /** A normalisation by the root of the mean square. */
  String rmsNorm(String name, String in, ModelTensors tensors, long width, double epsilon) {
    String square = add(name + ".square", "Pow", in, graph.number(2));
    String mean = add(name + ".mean", "ReduceMean", square, graph.vector(-1));
    String above = add(name + ".above", "Add", mean, graph.number((float) epsilon));
    String root = add(name + ".root", "Sqrt", above);
    String scaled = add(name + ".scaled", "Mul", in, add(name + ".factor", "Reciprocal", root));
    return add(
        name, "Mul", scaled, graph.weight(name + ".weight", tensors.values("weight", width)));
  }

  /** GELU by the hyperbolic tangent. */
  String tanhGelu(String name, String in) {
    String cube = add(name + ".cube", "Pow", in, graph.number(3));
    String small = add(name + ".small", "Mul", cube, graph.number(0.044715f));
    String sum = add(name + ".sum", "Add", in, small);
    String inner = add(name + ".inner", "Mul", sum, graph.number((float) Math.sqrt(2 / Math.PI)));
    String gate = add(name + ".gate", "Add", add(name + ".tanh", "Tanh", inner), graph.number(1));
    String half = add(name + ".half", "Mul", in, graph.number(0.5f));
    return add(name, "Mul", half, gate);
  }

  /** {@code x * sigmoid(x)}. */
  String silu(String name, String in) {
    return add(name, "Mul", in, add(name + ".sigmoid", "Sigmoid", in));
  }

  /** From {@code [batch, sequence, heads * width]} to {@code [batch, heads, sequence, width]}. */
  String splitHeads(String name, String in, int heads, int width) {
    return transpose(name, reshape(name + ".split", in, 0, -1, heads, width), 0L, 2L, 1L, 3L);
  }

  /**
   * Attention.
   *
   * @param query {@code [batch, heads, sequence, width]}
   * @param key {@code [batch, heads, total, width]}
   * @param value {@code [batch, heads, total, width]}
   * @param mask what is added to the scores, {@code [batch, 1, sequence or 1, total]}
   * @return {@code [batch, sequence, heads * width]}
   */
  String attention(
      String name, String query, String key, String value, String mask, int heads, int width) {
    String scores =
        add(name + ".scores", "MatMul", query, transpose(name + ".keys", key, 0L, 1L, 3L, 2L));
    String scaled =
        add(name + ".scaled", "Mul", scores, graph.number((float) (1 / Math.sqrt(width))));
    String masked = add(name + ".masked", "Add", scaled, mask);
    String shares = graph.add(Node.onnx("Softmax", masked).with("axis", -1), name + ".shares");
    String mixed = add(name + ".mixed", "MatMul", shares, value);
    return reshape(
        name, transpose(name + ".joined", mixed, 0L, 2L, 1L, 3L), 0, -1, (long) heads * width);
  }

  /** 0 where a condition holds and the lowest float elsewhere, to be added to scores. */
  String mask(String name, String allowed) {
    return add(name, "Where", allowed, graph.number(0), graph.number(-Float.MAX_VALUE));
  }
}
