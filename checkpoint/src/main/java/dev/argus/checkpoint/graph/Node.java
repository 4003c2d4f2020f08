package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.onnx.AttributeProto;
import dev.argus.checkpoint.onnx.NodeProto;
import java.util.List;

/**
 * One operation of a graph, while it is being described.
 *
 * <p>An empty name stands for an optional input or output that is left out.
 */
public final class Node {
  private final NodeProto.Builder proto;

  private Node(String domain, String operator, String... inputs) {
    this.proto =
        NodeProto.newBuilder().setDomain(domain).setOpType(operator).addAllInput(List.of(inputs));
  }

  /** An operator of ONNX itself. */
  public static Node onnx(String operator, String... inputs) {
    return new Node("", operator, inputs);
  }

  /** One of ONNX Runtime's own operators (its docs/ContribOperators.md). */
  static Node microsoft(String operator, String... inputs) {
    return new Node(OnnxGraph.MICROSOFT, operator, inputs);
  }

  /** A product with a weight in the checkpoints' layout, {@code [out, in]}. */
  static Node linear(String in, String weight) {
    return microsoft("FusedMatMul", in, weight).with("transB", 1);
  }

  /** Sets an attribute. */
  public Node with(String name, long value) {
    return with(
        AttributeProto.newBuilder().setType(AttributeProto.AttributeType.INT).setI(value), name);
  }

  /** Sets an attribute. */
  public Node with(String name, float value) {
    return with(
        AttributeProto.newBuilder().setType(AttributeProto.AttributeType.FLOAT).setF(value), name);
  }

  /** Sets an attribute. */
  public Node with(String name, List<Long> values) {
    return with(
        AttributeProto.newBuilder().setType(AttributeProto.AttributeType.INTS).addAllInts(values),
        name);
  }

  private Node with(AttributeProto.Builder attribute, String name) {
    proto.addAttribute(attribute.setName(name));
    return this;
  }

  /** This operation with its results; its own name is that of the first. */
  NodeProto to(String... outputs) {
    return proto.setName(outputs[0]).addAllOutput(List.of(outputs)).build();
  }
}
