package dev.argus.checkpoint.export;

import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.graph.Dimension;
import dev.argus.checkpoint.graph.ModelTensors;
import dev.argus.checkpoint.graph.Node;
import dev.argus.checkpoint.graph.OnnxGraph;
import dev.argus.checkpoint.onnx.TensorProto.DataType;

/**
 * {@code embed_tokens.onnx}: from {@code input_ids}, int64, {@code [batch_size, sequence_length]},
 * to {@code inputs_embeds}, float32, {@code [batch_size, sequence_length, hidden]}.
 */
final class EmbeddingExport {
  private EmbeddingExport() {}

  /**
   * Describes the graph.
   *
   * @param model where {@code embed_tokens} is
   * @throws dev.argus.base.failure.ModelFault if the tensor is missing or has a wrong shape
   */
  static OnnxGraph of(TextConfig config, ModelTensors model) {
    OnnxGraph graph = OnnxGraph.standard("embed_tokens");
    Dimension batch = Dimension.named("batch_size");
    Dimension sequence = Dimension.named("sequence_length");
    Dimension hidden = Dimension.of(config.hiddenSize());
    String ids = graph.input("input_ids", DataType.INT64, batch, sequence);
    String table =
        graph.weight(
            "embed_tokens.weight",
            model.values("embed_tokens.weight", config.vocabularySize(), config.hiddenSize()));
    graph.add(Node.onnx("Gather", table, ids), "inputs_embeds");
    graph.output("inputs_embeds", DataType.FLOAT, batch, sequence, hidden);
    return graph;
  }
}
