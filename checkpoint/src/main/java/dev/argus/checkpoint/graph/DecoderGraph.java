package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import dev.argus.checkpoint.weights.StoredTensor;
import java.util.List;

/**
 * The decoder graph of every architecture: a language model in Llama's shape, with visual tokens in
 * place of embeddings where the prompt says so.
 *
 * <ul>
 *   <li>in: {@code token_ids}, int64, {@code [batch, sequence]}
 *   <li>in: {@code visual_tokens}, float32, {@code [visual, hidden]}; at least one row
 *   <li>in: {@code visual_index}, int64, {@code [batch, sequence]}: the row of {@code
 *       visual_tokens} that replaces a token's embedding, or -1
 *   <li>in: {@code seqlens_k}, int32, {@code [batch]}: positions in each row's cache after the run,
 *       less one
 *   <li>in: {@code total_sequence_length}, int32, {@code [1]}: the most positions of any row after
 *       the run
 *   <li>in: {@code last_position}, int64, {@code [batch]}: place among all tokens of the run, row
 *       after row, of each row's token whose logits are wanted
 *   <li>in and out: {@code past_key.N}, {@code past_value.N} and {@code present_key.N}, {@code
 *       present_value.N} for each layer, in the recipe's floats, {@code [batch, kv_heads, capacity,
 *       head_dim]}; past and present are bound to the same memory
 *   <li>out: {@code logits}, float32, {@code [batch, vocabulary]}
 *   <li>out, of narrow graphs, which are for GPUs: {@code highest}, float32, {@code [batch, 2]}:
 *       the token with the highest logit, the lowest id among equals, and the sum of all logits,
 *       which is finite only if each of them is; so that who takes the most likely token needs no
 *       logits
 * </ul>
 *
 * <p>A run either appends one token to each of several caches of different lengths, or consecutive
 * tokens to one cache ({@code GroupQueryAttention}'s limit on a CPU).
 *
 * <p>Reference: transformers' {@code modeling_llama.py} and {@code modeling_qwen2.py}, float32;
 * logits agree within 5e-4. After the last layer's attention only the wanted token goes on: the
 * others' results would not be used. As in the vision graph, weights multiply transposed.
 *
 * <p>On a GPU a decode step can be recorded and repeated: of all inputs but {@code
 * total_sequence_length} the numbers are read there, and no operator's kernel goes back to the
 * processor. {@code GatherND}'s would, so that the wanted tokens are taken of all by {@code
 * Gather}.
 */
final class DecoderGraph {
  private static final String LAST_POSITION = "last_position";

  private final TextConfig config;
  private final ModelTensors model;
  private final ModelTensors root;
  private final Product product;
  private final OnnxGraph graph;

  private DecoderGraph(TextConfig config, ModelTensors model, ModelTensors root, Recipe recipe) {
    this.config = config;
    this.model = model;
    this.root = root;
    this.product = recipe.product();
    this.graph = new OnnxGraph("decoder", recipe.floats());
  }

  /**
   * Describes the graph.
   *
   * @param model where {@code embed_tokens}, {@code layers} and {@code norm} are
   * @param root where {@code lm_head} is, unless the embeddings are tied
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static OnnxGraph of(TextConfig config, ModelTensors model, ModelTensors root, Recipe recipe) {
    return new DecoderGraph(config, model, root, recipe).build();
  }

  private OnnxGraph build() {
    FloatValues embeddings = vocabulary(model, "embed_tokens.weight");
    String table = graph.weight("embedding.weight", embeddings);
    declareInputs();
    Stream stream = normalise(embed(table));
    for (int layer = 0; layer < config.layers(); layer++) {
      stream = layer(layer, stream);
    }
    project(stream.normalised(), embeddings, table);
    graph.output(
        "logits", DataType.FLOAT, Dimension.named("batch"), Dimension.of(config.vocabularySize()));
    return graph;
  }

  private void declareInputs() {
    Dimension batch = Dimension.named("batch");
    Dimension sequence = Dimension.named("sequence");
    Dimension hidden = Dimension.of(config.hiddenSize());
    graph.input("token_ids", DataType.INT64, batch, sequence);
    graph.input("visual_tokens", DataType.FLOAT, Dimension.named("visual"), hidden);
    graph.input("visual_index", DataType.INT64, batch, sequence);
    graph.input("seqlens_k", DataType.INT32, batch);
    graph.input("total_sequence_length", DataType.INT32, Dimension.of(1));
    graph.input(LAST_POSITION, DataType.INT64, batch);
    graph.weight("rotary.cosines", new RotaryEmbedding(config).cosines());
    graph.weight("rotary.sines", new RotaryEmbedding(config).sines());
  }

  /** Token embeddings, or visual tokens where there are any. */
  private String embed(String table) {
    String words = graph.add(Node.onnx("Gather", table, "token_ids"), "embedding.words");
    String index =
        graph.add(Node.onnx("Max", "visual_index", graph.scalar(0)), "embedding.visual_index");
    String visual =
        graph.add(Node.onnx("Gather", graph.narrow("visual_tokens"), index), "embedding.visual");
    String isVisual =
        graph.add(
            Node.onnx("GreaterOrEqual", "visual_index", graph.scalar(0)), "embedding.is_visual");
    String mask = graph.add(Node.onnx("Unsqueeze", isVisual, graph.vector(-1)), "embedding.mask");
    return graph.add(Node.onnx("Where", mask, visual, words), "embedding");
  }

  /**
   * What flows from layer to layer.
   *
   * @param sum the residual stream
   * @param normalised the same, normalised for what comes next
   */
  private record Stream(String sum, String normalised) {}

  private Stream normalise(String embedding) {
    String normalised =
        graph.add(
            Node.onnx(
                    "SimplifiedLayerNormalization",
                    embedding,
                    norm(firstNorm(0), "embedding.normalised"))
                .with("axis", -1)
                .with("epsilon", (float) config.rmsNormEpsilon()),
            "embedding.normalised");
    return new Stream(embedding, normalised);
  }

  private Stream layer(int layer, Stream in) {
    String name = "layer.%d.".formatted(layer);
    boolean last = layer == config.layers() - 1;
    String heads = attention(layer, in.normalised());
    String sum = in.sum();
    if (last) {
      heads = onlyLastPosition(heads, attentionWidth());
      sum = onlyLastPosition(sum, config.hiddenSize());
    }
    ModelTensors tensors = layerTensors(layer);
    int hidden = config.hiddenSize();
    String attended =
        linear(
            tensors.tensor("self_attn.o_proj.weight", hidden, attentionWidth()),
            heads,
            name + "attention.out");
    Stream middle =
        addAndNormalise(
            attended, sum, tensors.below("post_attention_layernorm."), name + "attention");
    String projected = gatedMlp(tensors.below("mlp."), middle.normalised(), name + "mlp.");
    return addAndNormalise(projected, middle.sum(), firstNorm(layer + 1), name + "mlp");
  }

  private String attention(int layer, String in) {
    String name = "layer.%d.attention.".formatted(layer);
    String heads =
        graph.add(
            Node.microsoft(
                    "GroupQueryAttention",
                    queryKeyValue(layerTensors(layer).below("self_attn."), in, name),
                    "",
                    "",
                    cache("past_key." + layer),
                    cache("past_value." + layer),
                    "seqlens_k",
                    "total_sequence_length",
                    "rotary.cosines",
                    "rotary.sines")
                .with("num_heads", config.heads())
                .with("kv_num_heads", config.kvHeads())
                .with("scale", scalesQueries() ? 1f : queryScale())
                .with("do_rotary", 1),
            name + "heads",
            "present_key." + layer,
            "present_value." + layer);
    graph.output("present_key." + layer, graph.floats(), cacheShape());
    graph.output("present_value." + layer, graph.floats(), cacheShape());
    return heads;
  }

  private String cache(String name) {
    return graph.input(name, graph.floats(), cacheShape());
  }

  private Dimension[] cacheShape() {
    return new Dimension[] {
      Dimension.named("batch"),
      Dimension.of(config.kvHeads()),
      Dimension.named("capacity"),
      Dimension.of(config.headDim())
    };
  }

  /** All three projections in one product, in the order that the attention expects. */
  private String queryKeyValue(ModelTensors tensors, String in, String name) {
    int hidden = config.hiddenSize();
    int kvWidth = config.kvHeads() * config.headDim();
    float queryFactor = scalesQueries() ? queryScale() : 1;
    FloatValues weight =
        FloatValues.stacked(
            List.of(
                tensors.values("q_proj.weight", attentionWidth(), hidden).times(queryFactor),
                tensors.values("k_proj.weight", kvWidth, hidden),
                tensors.values("v_proj.weight", kvWidth, hidden)));
    String projected = product.add(graph, in, weight, name + "qkv");
    if (!config.qkvBias()) {
      return projected;
    }
    String bias =
        graph.weight(
            name + "qkv.bias",
            FloatValues.stacked(
                List.of(
                    tensors.values("q_proj.bias", attentionWidth()).times(queryFactor),
                    tensors.values("k_proj.bias", kvWidth),
                    tensors.values("v_proj.bias", kvWidth))));
    return graph.add(Node.onnx("Add", projected, bias), name + "qkv.biased");
  }

  /** What products of queries and keys are multiplied by. */
  private float queryScale() {
    return (float) (1 / Math.sqrt(config.headDim()));
  }

  /**
   * Whether the projection's weights bring queries scaled, not the attention's operator. With a
   * scale of 1, ONNX Runtime's processor kernel multiplies one query by the cached keys as they
   * lie; with another it would repack them for each query head, in each decode step. The factor is
   * a power of two for heads of 64 and changes no bit; for others it rounds in float32, and narrow
   * weights are left alone.
   */
  private boolean scalesQueries() {
    return !graph.isNarrow();
  }

  private int attentionWidth() {
    return config.heads() * config.headDim();
  }

  /** From {@code [batch, sequence, width]} to {@code [batch, width]}. */
  private String onlyLastPosition(String in, int width) {
    String tokens = graph.add(Node.onnx("Reshape", in, graph.vector(-1, width)), in + ".tokens");
    return graph.add(Node.onnx("Gather", tokens, LAST_POSITION), in + ".last_position");
  }

  private String gatedMlp(ModelTensors tensors, String in, String name) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    String gate = linear(tensors.tensor("gate_proj.weight", inner, hidden), in, name + "gate");
    String up = linear(tensors.tensor("up_proj.weight", inner, hidden), in, name + "up");
    // With alpha 1 this is SiLU.
    String active = graph.add(Node.microsoft("QuickGelu", gate).with("alpha", 1f), name + "active");
    String gated = graph.add(Node.onnx("Mul", active, up), name + "gated");
    return linear(tensors.tensor("down_proj.weight", hidden, inner), gated, name + "out");
  }

  private Stream addAndNormalise(String branch, String skip, ModelTensors norm, String name) {
    String normalised = name + ".normalised";
    String sum = name + ".sum";
    graph.add(
        Node.microsoft("SkipSimplifiedLayerNormalization", branch, skip, norm(norm, normalised))
            .with("epsilon", (float) config.rmsNormEpsilon()),
        normalised,
        "",
        "",
        sum);
    return new Stream(sum, normalised);
  }

  private String norm(ModelTensors norm, String name) {
    return graph.weight(name + ".weight", norm.values("weight", config.hiddenSize()));
  }

  /** The norm at the beginning of a layer, or after the last one. */
  private ModelTensors firstNorm(int layer) {
    return layer < config.layers()
        ? layerTensors(layer).below("input_layernorm.")
        : model.below("norm.");
  }

  private ModelTensors layerTensors(int layer) {
    return model.below("layers.%d.".formatted(layer));
  }

  /**
   * Adds the logits. Tied embeddings that are not quantised are kept once; where products are, the
   * table stays as it is, because a run reads a few of its rows, and all of the projection.
   */
  private void project(String in, FloatValues embeddings, String table) {
    String logits = graph.isNarrow() ? "logits.narrow" : "logits";
    if (config.tiedEmbeddings() && product instanceof Product.Floats) {
      graph.add(Node.linear(in, table), logits);
    } else {
      FloatValues weight =
          config.tiedEmbeddings() ? embeddings : vocabulary(root, "lm_head.weight");
      product.add(graph, in, weight, logits);
    }
    if (graph.isNarrow()) {
      graph.cast(logits, DataType.FLOAT, "logits");
      findHighest();
      graph.beside(TopTokensGraph.FILE, TopTokensGraph.of(config.vocabularySize()));
    }
  }

  /** By operators of which none chooses between equals, as ArgMax would. Float32 holds every id. */
  private void findHighest() {
    String highest = reduce("ReduceMax", "logits", "logits.highest");
    String isHighest =
        graph.add(Node.onnx("GreaterOrEqual", "logits", highest), "logits.is_highest");
    int vocabulary = config.vocabularySize();
    float[] ids = new float[vocabulary];
    for (int id = 0; id < vocabulary; id++) {
      ids[id] = id;
    }
    FloatValues row = FloatValues.rows(1, vocabulary, _ -> ids);
    graph.weight("vocabulary.ids", Elements.of(row, DataType.FLOAT));
    String candidates =
        graph.add(
            Node.onnx("Where", isHighest, "vocabulary.ids", graph.number(vocabulary)),
            "logits.candidates");
    String lowestId = reduce("ReduceMin", candidates, "logits.lowest_id");
    String sum = reduce("ReduceSum", "logits", "logits.sum");
    graph.add(Node.onnx("Concat", lowestId, sum).with("axis", 1), "highest");
    graph.output("highest", DataType.FLOAT, Dimension.named("batch"), Dimension.of(2));
  }

  private String reduce(String operator, String in, String name) {
    return graph.add(Node.onnx(operator, in, graph.vector(-1)).with("keepdims", 1), name);
  }

  /** A matrix with a row for each token. */
  private FloatValues vocabulary(ModelTensors tensors, String name) {
    return tensors.values(name, config.vocabularySize(), config.hiddenSize());
  }

  private String linear(StoredTensor weight, String in, String name) {
    return product.add(graph, in, FloatValues.of(weight), name);
  }
}
