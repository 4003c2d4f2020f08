package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import dev.argus.checkpoint.weights.StoredTensor;
import dev.argus.checkpoint.weights.Weights;
import java.util.List;

/**
 * The vision graph of Idefics3 and Argus: a SigLIP tower, pixel unshuffle, one linear layer.
 *
 * <ul>
 *   <li>in: {@code pixels}, uint8, {@code [tiles, side, side, 3]}, RGB
 *   <li>out: {@code visual_tokens}, float32, {@code [tiles, tokens, hidden]}; hidden is the
 *       language model's width
 * </ul>
 *
 * <p>Reference: transformers' {@code modeling_idefics3.py}, whole tiles (no padding, so that
 * position ids are 0, 1, 2, ...), float32; features agree within 1e-5. Fused operators follow ONNX
 * Runtime's transformer optimiser. Weights keep the checkpoint's layout {@code [out, in]}: they
 * multiply transposed, which costs nothing because the runtime repacks them when it loads.
 */
final class VisionGraph {
  private final VisionConfig config;
  private final int textWidth;
  private final ChannelOrder order;
  private final ModelTensors tower;
  private final ModelTensors connector;
  private final OnnxGraph graph = new OnnxGraph("vision");

  private VisionGraph(ModelConfig config, ChannelOrder order, Weights weights) {
    this.config = config.vision();
    this.textWidth = config.text().hiddenSize();
    this.order = order;
    this.tower = new ModelTensors(weights, "model.vision_model.");
    this.connector = new ModelTensors(weights, "model.connector.");
  }

  /**
   * Describes the graph.
   *
   * @param order how the checkpoint's connector expects folded patches
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static OnnxGraph of(ModelConfig config, ChannelOrder order, Weights weights) {
    return new VisionGraph(config, order, weights).build();
  }

  private OnnxGraph build() {
    Dimension tiles = Dimension.named("tiles");
    Dimension side = Dimension.of(config.imageSize());
    String pixels = graph.input("pixels", DataType.UINT8, tiles, side, side, Dimension.of(3));
    Branch branch = embed(patches(pixels));
    for (int layer = 0; layer < config.layers(); layer++) {
      branch = layer(layer, branch);
    }
    graph.add(
        matMul(fold(branch.normalised()), graph.weight("connector.weight", connectorWeight())),
        "visual_tokens");
    graph.output(
        "visual_tokens",
        DataType.FLOAT,
        tiles,
        Dimension.of(config.visualTokens()),
        Dimension.of(textWidth));
    return graph;
  }

  /**
   * What flows from layer to layer.
   *
   * @param sum the residual stream
   * @param normalised the same, normalised for what comes next
   */
  private record Branch(String sum, String normalised) {}

  /** From {@code [tiles, side, side, 3]} to {@code [tiles, patches, patch * patch * 3]}. */
  private String patches(String pixels) {
    long grid = config.gridSize();
    long patch = config.patchSize();
    String cut =
        graph.add(
            Node.onnx("Reshape", pixels, graph.vector(0, grid, patch, grid, patch, 3)), "cut");
    String grouped =
        graph.add(
            Node.onnx("Transpose", cut).with("perm", List.of(0L, 1L, 3L, 2L, 4L, 5L)), "grouped");
    String flat =
        graph.add(
            Node.onnx("Reshape", grouped, graph.vector(0, grid * grid, patch * patch * 3)),
            "patches");
    return graph.add(
        Node.onnx("Cast", flat).with("to", DataType.FLOAT.getNumber()), "patches.float");
  }

  private Branch embed(String patches) {
    long hidden = config.hiddenSize();
    int patch = config.patchSize();
    long positions = (long) config.gridSize() * config.gridSize();
    ModelTensors embeddings = tower.below("embeddings.");
    PatchEmbedding embedding =
        new PatchEmbedding(
            config,
            embeddings.tensor("patch_embedding.weight", hidden, 3, patch, patch),
            embeddings.tensor("patch_embedding.bias", hidden),
            embeddings.tensor("position_embedding.weight", positions, hidden));
    String projected =
        graph.add(
            matMul(patches, graph.weight("embedding.weight", embedding.projection())),
            "embedding.projected");
    String offsets = graph.weight("embedding.offsets", embedding.offsets());
    return addAndNormalise(projected, offsets, "", firstNorm(0), "embedding");
  }

  private Branch layer(int layer, Branch in) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    ModelTensors tensors = layerTensors(layer);
    String name = "layer.%d.".formatted(layer);
    String attended = attention(tensors.below("self_attn."), name + "attention.", in.normalised());
    Branch middle =
        addAndNormalise(
            linear(tensors, "self_attn.out_proj", attended, hidden, hidden, name + "attention.out"),
            in.sum(),
            bias(tensors, "self_attn.out_proj", hidden, name + "attention.out"),
            tensors.below("layer_norm2."),
            name + "attention");
    String wide = linear(tensors, "mlp.fc1", middle.normalised(), inner, hidden, name + "mlp.wide");
    String active =
        graph.add(
            Node.microsoft("FastGelu", wide, bias(tensors, "mlp.fc1", inner, name + "mlp.wide")),
            name + "mlp.active");
    return addAndNormalise(
        linear(tensors, "mlp.fc2", active, hidden, inner, name + "mlp.out"),
        middle.sum(),
        bias(tensors, "mlp.fc2", hidden, name + "mlp.out"),
        firstNorm(layer + 1),
        name + "mlp");
  }

  private String attention(ModelTensors tensors, String name, String in) {
    long hidden = config.hiddenSize();
    String query = linear(tensors, "q_proj", in, hidden, hidden, name + "query");
    String key = linear(tensors, "k_proj", in, hidden, hidden, name + "key");
    String value = linear(tensors, "v_proj", in, hidden, hidden, name + "value");
    String bias =
        graph.weight(
            name + "bias",
            FloatValues.stacked(
                List.of(
                    tensors.tensor("q_proj.bias", hidden),
                    tensors.tensor("k_proj.bias", hidden),
                    tensors.tensor("v_proj.bias", hidden))));
    return graph.add(
        Node.microsoft("MultiHeadAttention", query, key, value, bias)
            .with("num_heads", config.heads()),
        name + "heads");
  }

  private ModelTensors layerTensors(int layer) {
    return tower.below("encoder.layers.%d.".formatted(layer));
  }

  /** The norm at the beginning of a layer, or after the last one. */
  private ModelTensors firstNorm(int layer) {
    return layer < config.layers()
        ? layerTensors(layer).below("layer_norm1.")
        : tower.below("post_layernorm.");
  }

  private Branch addAndNormalise(
      String branch, String skip, String bias, ModelTensors norm, String name) {
    long hidden = config.hiddenSize();
    String normalised = name + ".normalised";
    String sum = name + ".sum";
    graph.add(
        Node.microsoft(
                "SkipLayerNormalization",
                branch,
                skip,
                graph.weight(normalised + ".weight", norm.values("weight", hidden)),
                graph.weight(normalised + ".bias", norm.values("bias", hidden)),
                bias)
            .with("epsilon", (float) config.layerNormEpsilon()),
        normalised,
        "",
        "",
        sum);
    return new Branch(sum, normalised);
  }

  /**
   * Pixel unshuffle: from {@code [tiles, patches, channels]} to {@code [tiles, tokens, scale *
   * scale * channels]}.
   */
  private String fold(String patches) {
    int scale = config.scaleFactor();
    int edge = config.gridSize() / scale;
    int hidden = config.hiddenSize();
    String cut =
        graph.add(
            Node.onnx(
                "Reshape", patches, graph.vector(0, edge, scale, edge, (long) scale * hidden)),
            "fold.cut");
    String grouped =
        graph.add(
            Node.onnx("Transpose", cut).with("perm", List.of(0L, 1L, 3L, 2L, 4L)), "fold.grouped");
    return graph.add(
        Node.onnx(
            "Reshape", grouped, graph.vector(0, (long) edge * edge, (long) scale * scale * hidden)),
        "folded");
  }

  private FloatValues connectorWeight() {
    int square = config.scaleFactor() * config.scaleFactor();
    StoredTensor weight =
        connector.tensor(
            "modality_projection.proj.weight", textWidth, (long) square * config.hiddenSize());
    return FloatValues.rows(weight, row -> order.toPatchMajor(row, square, config.hiddenSize()));
  }

  private String linear(
      ModelTensors tensors, String tensor, String in, long outWidth, long inWidth, String name) {
    String weight =
        graph.weight(name + ".weight", tensors.values(tensor + ".weight", outWidth, inWidth));
    return graph.add(matMul(in, weight), name);
  }

  private String bias(ModelTensors tensors, String tensor, long width, String name) {
    return graph.weight(name + ".bias", tensors.values(tensor + ".bias", width));
  }

  private static Node matMul(String in, String weight) {
    return Node.microsoft("FusedMatMul", in, weight).with("transB", 1);
  }
}
