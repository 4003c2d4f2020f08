package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.util.List;

/**
 * The vision graph of every architecture: a transformer over patches, pixel unshuffle, a connector.
 *
 * <ul>
 *   <li>in: {@code pixels}, uint8, {@code [tiles, side, side, 3]}, RGB; where products mix their
 *       rows, {@code tiles} is 1, because tiles that happen to be encoded together would change
 *       each other's features
 *   <li>out: {@code visual_tokens}, float32, {@code [tiles, tokens, hidden]}; hidden is the
 *       language model's width
 * </ul>
 *
 * <p>The two ends, patch embedding and connector, are never quantised: a hundredth of the work, and
 * half of the error that 8 bits make. Where products mix their rows, normalisations' gains are
 * folded into the weights ({@link FoldedNorm}).
 *
 * <p>Fused operators follow ONNX Runtime's transformer optimiser. Weights keep the checkpoint's
 * layout {@code [out, in]}: they multiply transposed, which costs nothing because the runtime
 * repacks them when it loads.
 */
final class VisionGraph {
  private static final String RESULT = "visual_tokens";

  private final VisionConfig config;
  private final int textWidth;
  private final VisionWeights weights;
  private final Product product;
  private final OnnxGraph graph;

  private VisionGraph(ModelConfig config, VisionWeights weights, Recipe recipe) {
    this.config = config.vision();
    this.textWidth = config.text().hiddenSize();
    this.weights = weights;
    this.product = recipe.product();
    this.graph = new OnnxGraph("vision", recipe.floats());
  }

  /** Describes the graph. */
  static OnnxGraph of(ModelConfig config, VisionWeights weights, Recipe recipe) {
    return new VisionGraph(config, weights, recipe).build();
  }

  private OnnxGraph build() {
    Dimension tiles = product.mixesRows() ? Dimension.of(1) : Dimension.named("tiles");
    Dimension side = Dimension.of(config.imageSize());
    String pixels = graph.input("pixels", DataType.UINT8, tiles, side, side, Dimension.of(3));
    Sum sum = embed(patches(pixels));
    for (int layer = 0; layer < weights.layers().size(); layer++) {
      VisionLayer next = weights.layers().get(layer);
      sum =
          layer(
              "layer.%d.".formatted(layer),
              product.mixesRows() ? next.withFoldedNorms() : next,
              sum);
    }
    String folded = fold(onlyPatches(features(sum)));
    if (graph.isNarrow()) {
      weights.connector().describe(graph, folded, "connected");
      graph.cast("connected", DataType.FLOAT, RESULT);
    } else {
      weights.connector().describe(graph, folded, RESULT);
    }
    graph.output(
        RESULT,
        DataType.FLOAT,
        tiles,
        Dimension.of(config.visualTokens()),
        Dimension.of(textWidth));
    return graph;
  }

  /** From {@code [tiles, side, side, 3]} to {@code [tiles, patches, patch * patch * 3]}. */
  private String patches(String pixels) {
    long grid = config.gridSize();
    long patch = config.patchSize();
    String cut =
        graph.add(
            Node.onnx("Reshape", whole(pixels), graph.vector(0, grid, patch, grid, patch, 3)),
            "cut");
    String grouped =
        graph.add(
            Node.onnx("Transpose", cut).with("perm", List.of(0L, 1L, 3L, 2L, 4L, 5L)), "grouped");
    String flat =
        graph.add(
            Node.onnx("Reshape", grouped, graph.vector(0, config.patches(), patch * patch * 3)),
            "patches");
    return graph.cast(flat, DataType.FLOAT, "patches.float");
  }

  /** The pixels that make whole patches; a tile of 384 pixels has 6 that patches of 14 leave. */
  private String whole(String pixels) {
    long edge = (long) config.gridSize() * config.patchSize();
    if (edge == config.imageSize()) {
      return pixels;
    }
    return graph.add(
        Node.onnx(
            "Slice", pixels, graph.vector(0, 0), graph.vector(edge, edge), graph.vector(1, 2)),
        "whole");
  }

  /**
   * A residual addition that is still to be done, so that it can be one operation with the
   * normalisation that follows.
   *
   * @param name of what ends with it
   * @param branch {@code [tiles, places, hidden]}
   * @param skip {@code [tiles, places, hidden]}, or without tiles
   * @param bias {@code [hidden]}, or empty
   */
  private record Sum(String name, String branch, String skip, String bias) {}

  /**
   * What flows from layer to layer.
   *
   * @param sum the residual stream
   * @param normalised the same, normalised for what comes next
   */
  private record Branch(String sum, String normalised) {}

  private Sum embed(String patches) {
    String projected =
        graph.add(
            Node.linear(
                graph.narrow(weights.classToken() ? withClassToken(patches) : patches),
                graph.weight("embedding.weight", weights.projection())),
            "embedding.projected");
    return new Sum(
        "embedding", projected, graph.weight("embedding.offsets", weights.offsets()), "");
  }

  /** A patch of zeros in front, whose projection is nothing: its offset is the class token. */
  private String withClassToken(String patches) {
    return graph.add(
        Node.onnx("Pad", patches, graph.vector(0, 1, 0, 0, 0, 0)), "patches.with_class_token");
  }

  private Sum layer(String name, VisionLayer layer, Sum before) {
    Branch in = addAndNormalise(before, layer.firstNorm());
    String heads = attention(name + "attention.", layer, in.normalised());
    Sum attended = linearOnto(in.sum(), name + "attention", heads, layer.attentionOut());
    Branch middle = addAndNormalise(attended, layer.secondNorm());
    String wide = linear(middle.normalised(), layer.wide().weight(), name + "mlp.wide");
    String active =
        graph.add(
            weights.activation().of(wide, bias(layer.wide(), name + "mlp.wide")),
            name + "mlp.active");
    return linearOnto(middle.sum(), name + "mlp", active, layer.narrow());
  }

  private String attention(String name, VisionLayer layer, String in) {
    String query = linear(in, layer.query(), name + "query");
    String key = linear(in, layer.key(), name + "key");
    String value = linear(in, layer.value(), name + "value");
    String bias = graph.weight(name + "bias", layer.attentionBias());
    return graph.add(
        Node.microsoft("MultiHeadAttention", query, key, value, bias)
            .with("num_heads", config.heads()),
        name + "heads");
  }

  private Sum linearOnto(String skip, String name, String in, Affine layer) {
    String out = name + ".out";
    return new Sum(name, linear(in, layer.weight(), out), skip, bias(layer, out));
  }

  private String linear(String in, FloatValues weight, String name) {
    return product.add(graph, in, weight, name);
  }

  private String bias(Affine layer, String name) {
    return graph.weight(name + ".bias", layer.bias());
  }

  private Branch addAndNormalise(Sum sum, Affine norm) {
    String normalised = sum.name() + ".normalised";
    String added = sum.name() + ".sum";
    graph.add(
        Node.microsoft(
                "SkipLayerNormalization",
                sum.branch(),
                sum.skip(),
                graph.weight(normalised + ".weight", norm.weight()),
                graph.weight(normalised + ".bias", norm.bias()),
                sum.bias())
            .with("epsilon", (float) config.layerNormEpsilon()),
        normalised,
        "",
        "",
        added);
    return new Branch(added, normalised);
  }

  /** What leaves the tower, {@code [tiles, places, hidden]}. */
  private String features(Sum sum) {
    return weights
        .lastNorm()
        .map(norm -> addAndNormalise(sum, norm).normalised())
        .orElseGet(() -> add(sum));
  }

  private String add(Sum sum) {
    String biased =
        graph.add(Node.onnx("Add", sum.branch(), sum.bias()), sum.name() + ".out.biased");
    return graph.add(Node.onnx("Add", biased, sum.skip()), sum.name() + ".sum");
  }

  /** From {@code [tiles, places, hidden]} to {@code [tiles, patches, hidden]}. */
  private String onlyPatches(String features) {
    if (!weights.classToken()) {
      return features;
    }
    return graph.add(
        Node.onnx(
            "Slice",
            features,
            graph.vector(1),
            graph.vector(1L + config.patches()),
            graph.vector(1)),
        "features.patches");
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
}
