package dev.argus.checkpoint.export;

import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.graph.Dimension;
import dev.argus.checkpoint.graph.ModelTensors;
import dev.argus.checkpoint.graph.Node;
import dev.argus.checkpoint.graph.OnnxGraph;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import dev.argus.checkpoint.weights.Weights;
import java.util.List;

/**
 * {@code vision_encoder.onnx} of an Idefics3 checkpoint.
 *
 * <ul>
 *   <li>in: {@code pixel_values}, float32, {@code [batch_size, num_images, 3, side, side]},
 *       normalised
 *   <li>in: {@code pixel_attention_mask}, bool, {@code [batch_size, num_images, side, side]}: which
 *       pixels are the picture's
 *   <li>out: {@code image_features}, float32, {@code [images, tokens, hidden]}: of all images but
 *       those that are zeros, which fill up a batch
 * </ul>
 *
 * <p>Reference: transformers' {@code Idefics3Model.get_image_features}. Where an image has less
 * than all patches, positions are what its formula gives in exact arithmetic.
 */
final class VisionExport {
  private final VisionConfig config;
  private final int textWidth;
  private final ModelTensors tower;
  private final ModelTensors connector;
  private final OnnxGraph graph = OnnxGraph.standard("vision_encoder");
  private final Layers layers = new Layers(graph);

  private VisionExport(ModelConfig config, Weights weights) {
    this.config = config.vision();
    this.textWidth = config.text().hiddenSize();
    this.tower = new ModelTensors(weights, "model.vision_model.");
    this.connector = new ModelTensors(weights, "model.connector.");
  }

  /**
   * Describes the graph.
   *
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static OnnxGraph of(ModelConfig config, Weights weights) {
    return new VisionExport(config, weights).build();
  }

  private OnnxGraph build() {
    declareInputs();
    RealImages images = realImages();
    String patches = patchMask(images.mask());
    String mask = attentionMask(patches);
    String stream = embed(images.pixels(), patches);
    for (int layer = 0; layer < config.layers(); layer++) {
      stream = layer("layer.%d".formatted(layer), stream, mask, layer);
    }
    String features = norm("features", stream, tower.below("post_layernorm."));
    project(fold(features));
    return graph;
  }

  private void declareInputs() {
    Dimension batch = Dimension.named("batch_size");
    Dimension images = Dimension.named("num_images");
    Dimension side = Dimension.of(config.imageSize());
    graph.input("pixel_values", DataType.FLOAT, batch, images, Dimension.of(3), side, side);
    graph.input("pixel_attention_mask", DataType.BOOL, batch, images, side, side);
    graph.output(
        "image_features",
        DataType.FLOAT,
        Dimension.named("image_count"),
        Dimension.of(config.visualTokens()),
        Dimension.of(textWidth));
  }

  /**
   * The images that are not zeros; all, if none is another.
   *
   * @param pixels {@code [images, 3, side, side]}
   * @param mask {@code [images, side, side]}
   */
  private record RealImages(String pixels, String mask) {}

  private RealImages realImages() {
    long side = config.imageSize();
    String pixels = layers.reshape("images", "pixel_values", -1, 3, side, side);
    String mask = layers.reshape("images.mask", "pixel_attention_mask", -1, side, side);
    String brightest =
        graph.add(
            Node.onnx("ReduceMax", layers.add("images.abs", "Abs", pixels), graph.vector(1, 2, 3))
                .with("keepdims", 0),
            "images.brightest");
    String any =
        graph.add(
            Node.onnx("ReduceMax", brightest, graph.vector(0)).with("keepdims", 1), "images.any");
    String real =
        layers.add(
            "images.real",
            "Or",
            layers.add("images.lit", "Greater", brightest, graph.number(0)),
            layers.add("images.dark", "Equal", any, graph.number(0)));
    return new RealImages(
        graph.add(Node.onnx("Compress", pixels, real).with("axis", 0), "pixels"),
        graph.add(Node.onnx("Compress", mask, real).with("axis", 0), "mask"));
  }

  /** Which patches have any pixel of the picture, bool, {@code [images, grid, grid]}. */
  private String patchMask(String mask) {
    long grid = config.gridSize();
    long patch = config.patchSize();
    String cut = layers.reshape("mask.cut", mask, -1, grid, patch, grid, patch);
    String pixels = layers.cast("mask.float", cut, DataType.FLOAT);
    String count =
        graph.add(
            Node.onnx("ReduceSum", pixels, graph.vector(2, 4)).with("keepdims", 0), "mask.count");
    return layers.add("mask.patches", "Greater", count, graph.number(0));
  }

  /** {@code [images, 1, 1, patches]}. */
  private String attentionMask(String patches) {
    return layers.mask(
        "attention_mask", layers.reshape("mask.keys", patches, -1, 1, 1, config.patches()));
  }

  private String embed(String pixels, String patchMask) {
    long hidden = config.hiddenSize();
    long patch = config.patchSize();
    ModelTensors embedding = tower.below("embeddings.patch_embedding.");
    String convolved =
        graph.add(
            Node.onnx(
                    "Conv",
                    pixels,
                    graph.weight(
                        "patch.weight", embedding.values("weight", hidden, 3, patch, patch)),
                    graph.weight("patch.bias", embedding.values("bias", hidden)))
                .with("kernel_shape", List.of(patch, patch))
                .with("strides", List.of(patch, patch)),
            "patch.convolved");
    String flat = layers.reshape("patch.flat", convolved, 0, hidden, config.patches());
    String table =
        graph.weight(
            "position.weight",
            tower.values("embeddings.position_embedding.weight", config.patches(), hidden));
    return layers.add(
        "embedding",
        "Add",
        layers.transpose("patch", flat, 0L, 2L, 1L),
        layers.add("position", "Gather", table, positions(patchMask)));
  }

  /**
   * An index into the table of positions for each patch, {@code [images, patches]}: an image that
   * has fewer patches than the grid is spread over all of it.
   */
  private String positions(String patchMask) {
    long grid = config.gridSize();
    String rows = spread("position.rows", patchMask, 2);
    String columns = spread("position.columns", patchMask, 1);
    String ids =
        layers.add(
            "position.all",
            "Add",
            layers.add(
                "position.begin",
                "Mul",
                layers.reshape("position.rows.up", rows, -1, grid, 1),
                graph.scalar(grid)),
            layers.reshape("position.columns.up", columns, -1, 1, grid));
    String known = layers.add("position.known", "Where", patchMask, ids, graph.scalar(0));
    return layers.reshape("position.ids", known, -1, config.patches());
  }

  /**
   * {@code i * grid / count} for each place of an axis of which {@code count} are used, {@code
   * [images, grid]}.
   */
  private String spread(String name, String patchMask, int otherAxis) {
    long grid = config.gridSize();
    String used =
        graph.add(
            Node.onnx(
                    "Gather",
                    layers.cast(name + ".mask", patchMask, DataType.INT64),
                    graph.scalar(0))
                .with("axis", otherAxis),
            name + ".used");
    String count =
        graph.add(
            Node.onnx("ReduceSum", used, graph.vector(1)).with("keepdims", 1), name + ".count");
    String steps =
        layers.add(
            name + ".steps",
            "Range",
            graph.scalar(0),
            graph.scalar(grid * grid),
            graph.scalar(grid));
    return layers.add(
        name, "Div", steps, layers.add(name + ".divisor", "Max", count, graph.scalar(1)));
  }

  private String layer(String name, String in, String mask, int layer) {
    ModelTensors tensors = tower.below("encoder.layers.%d.".formatted(layer));
    String first = norm(name + ".first", in, tensors.below("layer_norm1."));
    String attended =
        layers.add(
            name + ".attended",
            "Add",
            in,
            attention(name + ".attention", first, mask, tensors.below("self_attn.")));
    String second = norm(name + ".second", attended, tensors.below("layer_norm2."));
    return layers.add(name, "Add", attended, mlp(name + ".mlp", second, tensors.below("mlp.")));
  }

  private String norm(String name, String in, ModelTensors tensors) {
    return layers.layerNorm(name, in, tensors, config.hiddenSize(), config.layerNormEpsilon());
  }

  private String attention(String name, String in, String mask, ModelTensors tensors) {
    int width = config.hiddenSize() / config.heads();
    String heads =
        layers.attention(
            name + ".heads",
            heads(name + ".query", in, tensors.below("q_proj.")),
            heads(name + ".key", in, tensors.below("k_proj.")),
            heads(name + ".value", in, tensors.below("v_proj.")),
            mask,
            config.heads(),
            width);
    return linear(name, heads, tensors.below("out_proj."));
  }

  private String heads(String name, String in, ModelTensors tensors) {
    return layers.splitHeads(
        name,
        linear(name + ".flat", in, tensors),
        config.heads(),
        config.hiddenSize() / config.heads());
  }

  private String linear(String name, String in, ModelTensors tensors) {
    return layers.linear(name, in, tensors, config.hiddenSize(), config.hiddenSize());
  }

  private String mlp(String name, String in, ModelTensors tensors) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    String wide = layers.linear(name + ".wide", in, tensors.below("fc1."), inner, hidden);
    String active = layers.tanhGelu(name + ".active", wide);
    return layers.linear(name, active, tensors.below("fc2."), hidden, inner);
  }

  /** Pixel shuffle: {@code [images, tokens, scale * scale * hidden]}. */
  private String fold(String features) {
    long scale = config.scaleFactor();
    long edge = config.gridSize() / scale;
    long hidden = config.hiddenSize();
    String cut = layers.reshape("fold.cut", features, -1, edge, scale, edge, scale * hidden);
    String grouped = layers.transpose("fold.grouped", cut, 0L, 1L, 3L, 2L, 4L);
    return layers.reshape("folded", grouped, -1, edge * edge, scale * scale * hidden);
  }

  private void project(String folded) {
    long square = (long) config.scaleFactor() * config.scaleFactor();
    layers.product(
        "image_features",
        folded,
        connector.below("modality_projection.proj."),
        textWidth,
        square * config.hiddenSize());
  }
}
