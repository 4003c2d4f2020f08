package dev.argus.decoder.engine;

import dev.argus.checkpoint.onnx.AttributeProto;
import dev.argus.checkpoint.onnx.GraphProto;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.NodeProto;
import dev.argus.checkpoint.onnx.TensorProto;
import dev.argus.checkpoint.onnx.TensorShapeProto;
import dev.argus.checkpoint.onnx.TypeProto;
import dev.argus.checkpoint.onnx.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rewrites an export as other exporters write theirs: the decoder counts positions itself, and
 * computes as many of the last logits as it is told.
 */
final class OtherExporter {
  private OtherExporter() {}

  /** Writes the rewritten export's files to a folder. */
  static void write(Path export, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(export)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path decoder = folder.resolve("decoder_model_merged.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(decoder)).toBuilder();
    countPositions(model.getGraphBuilder());
    keepLogits(model.getGraphBuilder());
    Files.write(decoder, model.build().toByteArray());
  }

  private static void countPositions(GraphProto.Builder graph) {
    List<ValueInfoProto> others =
        graph.getInputList().stream()
            .filter(input -> !input.getName().equals("position_ids"))
            .toList();
    graph.clearInput().addAllInput(others);
    constant(graph, "one", 1);
    constant(graph, "axis", 1);
    constant(graph, "end", Long.MAX_VALUE);
    List<NodeProto> nodes =
        List.of(
            node("Shape", "length", "inputs_embeds").toBuilder()
                .addAttribute(number("start", 1))
                .addAttribute(number("end", 2))
                .build(),
            node("Neg", "length.minus", "length"),
            node("CumSum", "count", "attention_mask", "axis"),
            node("Sub", "places", "count", "one"),
            node("Slice", "position_ids", "places", "length.minus", "end", "axis"));
    for (int i = 0; i < nodes.size(); i++) {
      graph.addNode(i, nodes.get(i));
    }
  }

  private static void keepLogits(GraphProto.Builder graph) {
    TypeProto.Tensor scalar =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.INT64.getNumber())
            .setShape(TensorShapeProto.getDefaultInstance())
            .build();
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName("num_logits_to_keep")
            .setType(TypeProto.newBuilder().setTensorType(scalar)));
    int last = graph.getNodeCount() - 1;
    NodeProto logits = graph.getNode(last);
    List<NodeProto> nodes =
        List.of(
            node("Neg", "kept.minus", "num_logits_to_keep"),
            node("Reshape", "kept.from", "kept.minus", "axis"),
            node("Slice", "kept", logits.getInput(0), "kept.from", "end", "axis"));
    graph.setNode(last, logits.toBuilder().setInput(0, "kept"));
    for (int i = 0; i < nodes.size(); i++) {
      graph.addNode(last + i, nodes.get(i));
    }
    var output = graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    output.getShapeBuilder().getDimBuilder(1).setDimParam("num_logits");
  }

  private static void constant(GraphProto.Builder graph, String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(1)
            .addInt64Data(value));
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addOutput(output)
        .addAllInput(List.of(inputs))
        .build();
  }
}
