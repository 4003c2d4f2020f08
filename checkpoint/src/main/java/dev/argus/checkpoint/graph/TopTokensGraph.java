package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.onnx.TensorProto.DataType;

/**
 * Finds the highest logits of a step's rows: {@code logits} float32 {@code [batch, vocabulary]} to
 * {@code top_logits} float32 and {@code top_ids} int64, {@code [batch, count]}, the highest first.
 *
 * <p>A graph of its own, so that steps of which no answer needs it do without.
 */
public final class TopTokensGraph {
  /** Its file, beside the decoder graph's. */
  public static final String FILE = "top.onnx";

  private static final int MOST = 64;

  private TopTokensGraph() {}

  /** How many it finds. */
  public static int count(int vocabularySize) {
    return Math.min(MOST, vocabularySize);
  }

  static OnnxGraph of(int vocabularySize) {
    OnnxGraph graph = OnnxGraph.standard("top-tokens");
    int count = count(vocabularySize);
    Dimension batch = Dimension.named("batch");
    graph.input("logits", DataType.FLOAT, batch, Dimension.of(vocabularySize));
    Node topK = Node.onnx("TopK", "logits", graph.vector(count)).with("axis", -1);
    graph.add(topK, "top_logits", "top_ids");
    graph.output("top_logits", DataType.FLOAT, batch, Dimension.of(count));
    graph.output("top_ids", DataType.INT64, batch, Dimension.of(count));
    return graph;
  }
}
