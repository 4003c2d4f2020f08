package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.architecture.ChannelOrder;
import dev.argus.checkpoint.architecture.VisionLayout;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.weights.StoredTensor;
import dev.argus.checkpoint.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The vision weights of Idefics3 and Argus: a SigLIP tower and one linear layer.
 *
 * <p>Reference: transformers' {@code modeling_idefics3.py}, whole tiles (no padding, so that
 * position ids are 0, 1, 2, ...), float32; features agree within 1e-5.
 */
final class Siglip {
  private final VisionConfig config;
  private final int textWidth;
  private final ModelTensors tower;
  private final ModelTensors connector;

  private Siglip(ModelConfig config, VisionLayout.SiglipLinear layout, Weights weights) {
    this.config = config.vision();
    this.textWidth = config.text().hiddenSize();
    this.tower = new ModelTensors(weights, layout.tower());
    this.connector = new ModelTensors(weights, layout.connector());
  }

  /**
   * Finds the weights.
   *
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static VisionWeights of(ModelConfig config, VisionLayout.SiglipLinear layout, Weights weights) {
    return new Siglip(config, layout, weights).read(layout.order());
  }

  private VisionWeights read(ChannelOrder order) {
    PatchEmbedding embedding = embedding();
    return new VisionWeights(
        embedding.projection(),
        embedding.offsets(),
        false,
        IntStream.range(0, config.layers()).mapToObj(this::layer).toList(),
        Gelu.TANH,
        Optional.of(Affine.of(tower.below("post_layernorm."), config.hiddenSize())),
        connector(order));
  }

  private PatchEmbedding embedding() {
    long hidden = config.hiddenSize();
    int patch = config.patchSize();
    ModelTensors embeddings = tower.below("embeddings.");
    return new PatchEmbedding(
        config,
        embeddings.tensor("patch_embedding.weight", hidden, 3, patch, patch),
        embeddings.tensor("patch_embedding.bias", hidden),
        embeddings.tensor("position_embedding.weight", config.patches(), hidden));
  }

  private VisionLayer layer(int layer) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    ModelTensors tensors = tower.below("encoder.layers.%d.".formatted(layer));
    ModelTensors attention = tensors.below("self_attn.");
    return new VisionLayer(
        Affine.of(tensors.below("layer_norm1."), hidden),
        attention.values("q_proj.weight", hidden, hidden),
        attention.values("k_proj.weight", hidden, hidden),
        attention.values("v_proj.weight", hidden, hidden),
        FloatValues.stacked(
            List.of(
                attention.values("q_proj.bias", hidden),
                attention.values("k_proj.bias", hidden),
                attention.values("v_proj.bias", hidden))),
        Affine.of(attention.below("out_proj."), hidden, hidden),
        Affine.of(tensors.below("layer_norm2."), hidden),
        Affine.of(tensors.below("mlp.fc1."), inner, hidden),
        Affine.of(tensors.below("mlp.fc2."), hidden, inner));
  }

  private Connector connector(ChannelOrder order) {
    int square = config.scaleFactor() * config.scaleFactor();
    StoredTensor weight =
        connector.tensor("weight", textWidth, (long) square * config.hiddenSize());
    return new Connector.Linear(
        FloatValues.rows(weight, row -> order.toPatchMajor(row, square, config.hiddenSize())));
  }
}
