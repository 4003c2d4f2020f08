package dev.argus.checkpoint.export;

import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.graph.Dimension;
import dev.argus.checkpoint.graph.ModelTensors;
import dev.argus.checkpoint.graph.Node;
import dev.argus.checkpoint.graph.OnnxGraph;
import dev.argus.checkpoint.graph.RotaryEmbedding;
import dev.argus.checkpoint.onnx.TensorProto.DataType;

/**
 * {@code decoder_model_merged.onnx}: a language model in Llama's shape.
 *
 * <ul>
 *   <li>in: {@code inputs_embeds}, float32, {@code [batch_size, sequence_length, hidden]}
 *   <li>in: {@code attention_mask}, int64, {@code [batch_size, total_sequence_length]}: 1 for what
 *       may be looked at, past and new
 *   <li>in: {@code position_ids}, int64, {@code [batch_size, sequence_length]}
 *   <li>in: {@code past_key_values.N.key} and {@code .value} for each layer, float32, {@code
 *       [batch_size, kv_heads, past_sequence_length, head_dim]}; the length is 0 at the beginning
 *   <li>out: {@code logits} of all positions, float32, {@code [batch_size, sequence_length,
 *       vocabulary]}
 *   <li>out: {@code present.N.key} and {@code .value}: the past with what was new, {@code
 *       [batch_size, kv_heads, total_sequence_length, head_dim]}
 * </ul>
 *
 * <p>Reference: transformers' {@code modeling_llama.py} and {@code modeling_qwen2.py} with eager
 * attention.
 */
final class DecoderExport {
  private final TextConfig config;
  private final ModelTensors model;
  private final ModelTensors root;
  private final OnnxGraph graph = OnnxGraph.standard("decoder_model_merged");
  private final Layers layers = new Layers(graph);

  private DecoderExport(TextConfig config, ModelTensors model, ModelTensors root) {
    this.config = config;
    this.model = model;
    this.root = root;
  }

  /**
   * Describes the graph.
   *
   * @param model where {@code embed_tokens}, {@code layers} and {@code norm} are
   * @param root where {@code lm_head} is, unless the embeddings are tied
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static OnnxGraph of(TextConfig config, ModelTensors model, ModelTensors root) {
    return new DecoderExport(config, model, root).build();
  }

  private OnnxGraph build() {
    declare();
    Rotation rotation = rotation();
    String mask = mask();
    String stream = "inputs_embeds";
    for (int layer = 0; layer < config.layers(); layer++) {
      stream = layer("layer.%d".formatted(layer), stream, rotation, mask, layer);
    }
    layers.product(
        "logits",
        norm("last", stream, model.below("norm.")),
        config.tiedEmbeddings() ? model.below("embed_tokens.") : root.below("lm_head."),
        config.vocabularySize(),
        config.hiddenSize());
    return graph;
  }

  private void declare() {
    Dimension batch = Dimension.named("batch_size");
    Dimension sequence = Dimension.named("sequence_length");
    graph.input(
        "inputs_embeds", DataType.FLOAT, batch, sequence, Dimension.of(config.hiddenSize()));
    graph.input("attention_mask", DataType.INT64, batch, Dimension.named("total_sequence_length"));
    graph.input("position_ids", DataType.INT64, batch, sequence);
    graph.output("logits", DataType.FLOAT, batch, sequence, Dimension.of(config.vocabularySize()));
  }

  /**
   * Cosines and sines of the positions' angles.
   *
   * @param cosines {@code [batch, 1, sequence, head_dim]}
   * @param sines {@code [batch, 1, sequence, head_dim]}
   */
  private record Rotation(String cosines, String sines) {}

  private Rotation rotation() {
    String positions = layers.cast("rotary.float", "position_ids", DataType.FLOAT);
    String row = layers.add("rotary.positions", "Unsqueeze", positions, graph.vector(1));
    String frequencies =
        graph.weight("rotary.frequencies", new RotaryEmbedding(config).frequencies());
    String half = layers.add("rotary.half", "MatMul", frequencies, row);
    String turned = layers.transpose("rotary.turned", half, 0L, 2L, 1L);
    String angles = concatenate("rotary.angles", turned, turned, -1);
    return new Rotation(
        layers.add(
            "rotary.cosines",
            "Unsqueeze",
            layers.add("rotary.cos", "Cos", angles),
            graph.vector(1)),
        layers.add(
            "rotary.sines", "Unsqueeze", layers.add("rotary.sin", "Sin", angles), graph.vector(1)));
  }

  /** Nobody looks ahead, or at what the caller masks: {@code [batch, 1, sequence, total]}. */
  private String mask() {
    String total = layers.length("mask.total", "attention_mask", 1);
    String sequence = layers.length("mask.sequence", "inputs_embeds", 1);
    String past = layers.add("mask.past", "Sub", total, sequence);
    String queries = layers.add("mask.queries", "Range", past, total, graph.scalar(1));
    String keys = layers.add("mask.keys", "Range", graph.scalar(0), total, graph.scalar(1));
    String seen =
        layers.add("mask.seen", "LessOrEqual", keys, layers.reshape("mask.rows", queries, -1, 1));
    String given =
        layers.add(
            "mask.given",
            "Unsqueeze",
            layers.cast("mask.bool", "attention_mask", DataType.BOOL),
            graph.vector(1, 2));
    return layers.mask("mask", layers.add("mask.allowed", "And", given, seen));
  }

  private String layer(String name, String in, Rotation rotation, String mask, int layer) {
    ModelTensors tensors = model.below("layers.%d.".formatted(layer));
    String first = norm(name + ".first", in, tensors.below("input_layernorm."));
    String attended =
        layers.add(
            name + ".attended",
            "Add",
            in,
            attention(name, first, rotation, mask, tensors.below("self_attn."), layer));
    String second = norm(name + ".second", attended, tensors.below("post_attention_layernorm."));
    return layers.add(name, "Add", attended, mlp(name + ".mlp", second, tensors.below("mlp.")));
  }

  private String norm(String name, String in, ModelTensors tensors) {
    return layers.rmsNorm(name, in, tensors, config.hiddenSize(), config.rmsNormEpsilon());
  }

  private String attention(
      String name, String in, Rotation rotation, String mask, ModelTensors tensors, int layer) {
    String query = heads(name + ".query", in, tensors.below("q_proj."), config.heads());
    String key = heads(name + ".key", in, tensors.below("k_proj."), config.kvHeads());
    String value = heads(name + ".value", in, tensors.below("v_proj."), config.kvHeads());
    String keys = remember(rotate(name + ".key.rotated", key, rotation), layer, "key");
    String values = remember(value, layer, "value");
    String attended =
        layers.attention(
            name + ".attention",
            rotate(name + ".query.rotated", query, rotation),
            repeat(name + ".keys", keys),
            repeat(name + ".values", values),
            mask,
            config.heads(),
            config.headDim());
    return layers.product(
        name + ".attention.out",
        attended,
        tensors.below("o_proj."),
        config.hiddenSize(),
        width(config.heads()));
  }

  private long width(int heads) {
    return (long) heads * config.headDim();
  }

  private String heads(String name, String in, ModelTensors tensors, int heads) {
    String flat = name + ".flat";
    String projected =
        config.qkvBias()
            ? layers.linear(flat, in, tensors, width(heads), config.hiddenSize())
            : layers.product(flat, in, tensors, width(heads), config.hiddenSize());
    return layers.splitHeads(name, projected, heads, config.headDim());
  }

  /** {@code x * cosines + (-second half, first half) * sines}. */
  private String rotate(String name, String in, Rotation rotation) {
    long half = config.headDim() / 2;
    String first = slice(name + ".first", in, 0, half);
    String second = slice(name + ".second", in, half, 2 * half);
    String crossed =
        concatenate(name + ".crossed", layers.add(name + ".minus", "Neg", second), first, -1);
    return layers.add(
        name,
        "Add",
        layers.add(name + ".straight", "Mul", in, rotation.cosines()),
        layers.add(name + ".across", "Mul", crossed, rotation.sines()));
  }

  private String slice(String name, String in, long from, long to) {
    return layers.add(
        name, "Slice", in, graph.vector(from), graph.vector(to), graph.vector(3), graph.vector(1));
  }

  /** Adds to the past what is new, which is an output too. */
  private String remember(String fresh, int layer, String kind) {
    Dimension batch = Dimension.named("batch_size");
    Dimension heads = Dimension.of(config.kvHeads());
    Dimension width = Dimension.of(config.headDim());
    String past =
        graph.input(
            "past_key_values.%d.%s".formatted(layer, kind),
            DataType.FLOAT,
            batch,
            heads,
            Dimension.named("past_sequence_length"),
            width);
    String present = concatenate("present.%d.%s".formatted(layer, kind), past, fresh, 2);
    graph.output(
        present, DataType.FLOAT, batch, heads, Dimension.named("total_sequence_length"), width);
    return present;
  }

  /** Repeats each head of keys or values for the query heads that share it. */
  private String repeat(String name, String in) {
    long shared = config.heads() / config.kvHeads();
    if (shared == 1) {
      return in;
    }
    String apart = layers.add(name + ".apart", "Unsqueeze", in, graph.vector(2));
    String copies = layers.add(name + ".copies", "Expand", apart, graph.vector(1, 1, shared, 1, 1));
    return layers.reshape(name, copies, 0, config.heads(), -1, config.headDim());
  }

  private String concatenate(String name, String first, String second, int axis) {
    return graph.add(Node.onnx("Concat", first, second).with("axis", axis), name);
  }

  private String mlp(String name, String in, ModelTensors tensors) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    String gate = layers.product(name + ".gate", in, tensors.below("gate_proj."), inner, hidden);
    String up = layers.product(name + ".up", in, tensors.below("up_proj."), inner, hidden);
    String gated = layers.add(name + ".gated", "Mul", layers.silu(name + ".active", gate), up);
    return layers.product(name, gated, tensors.below("down_proj."), hidden, inner);
  }
}
