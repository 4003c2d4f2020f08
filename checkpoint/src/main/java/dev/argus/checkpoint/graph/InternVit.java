package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.architecture.InternVlNames;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.weights.StoredTensor;
import dev.argus.checkpoint.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The vision weights of InternVL: an InternViT tower, which has a class token, scales what each
 * branch adds and ends without a normalisation, and an MLP.
 *
 * <p>Reference: transformers' {@code modeling_internvl.py}, float32; features agree within 5e-5.
 */
final class InternVit {
  private final VisionConfig config;
  private final int textWidth;
  private final InternVlNames names;
  private final ModelTensors all;
  private final ModelTensors tower;

  private InternVit(ModelConfig config, InternVlNames names, Weights weights) {
    this.config = config.vision();
    this.textWidth = config.text().hiddenSize();
    this.names = names;
    this.all = new ModelTensors(weights, "");
    this.tower = all.below(names.tower());
  }

  /**
   * Finds the weights.
   *
   * @throws dev.argus.base.failure.ModelFault if a tensor is missing or has a wrong shape
   */
  static VisionWeights of(ModelConfig config, InternVlNames names, Weights weights) {
    return new InternVit(config, names, weights).read();
  }

  private VisionWeights read() {
    PatchEmbedding embedding = embedding();
    return new VisionWeights(
        embedding.projection(),
        embedding.offsets(tower.tensor(names.classToken(), 1, 1, config.hiddenSize())),
        true,
        IntStream.range(0, config.layers()).mapToObj(this::layer).toList(),
        Gelu.EXACT,
        Optional.empty(),
        connector());
  }

  private PatchEmbedding embedding() {
    long hidden = config.hiddenSize();
    long places = 1L + config.patches();
    int patch = config.patchSize();
    ModelTensors patches = tower.below(names.patches());
    return new PatchEmbedding(
        config,
        patches.tensor("weight", hidden, 3, patch, patch),
        patches.tensor("bias", hidden),
        tower.tensor(names.positions(), 1, places, hidden).reshaped(places, hidden));
  }

  private VisionLayer layer(int layer) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    ModelTensors tensors = tower.below(names.layer().formatted(layer));
    List<StoredTensor> projections = queryKeyValue(tensors, "weight", hidden, hidden);
    return new VisionLayer(
        Affine.of(tensors.below(names.firstNorm()), hidden),
        FloatValues.of(projections.get(0)),
        FloatValues.of(projections.get(1)),
        FloatValues.of(projections.get(2)),
        FloatValues.stacked(
            queryKeyValue(tensors, "bias", hidden).stream().map(FloatValues::of).toList()),
        Affine.scaled(
            tensors.below(names.attentionOut()),
            tensors.tensor(names.attentionScale(), hidden),
            hidden,
            hidden),
        Affine.of(tensors.below(names.secondNorm()), hidden),
        Affine.of(tensors.below("mlp.fc1."), inner, hidden),
        Affine.scaled(
            tensors.below("mlp.fc2."), tensors.tensor(names.mlpScale(), hidden), hidden, inner));
  }

  /** One tensor of each of the three projections, which may be stacked in the checkpoint. */
  private List<StoredTensor> queryKeyValue(ModelTensors tensors, String name, long... shape) {
    int stacked = 3 / names.queryKeyValue().size();
    long rows = shape[0];
    long[] stored = shape.clone();
    stored[0] = stacked * rows;
    List<StoredTensor> projections = new ArrayList<>();
    for (String prefix : names.queryKeyValue()) {
      StoredTensor tensor = tensors.tensor(prefix + name, stored);
      for (int i = 0; i < stacked; i++) {
        projections.add(tensor.slices(i * rows, rows));
      }
    }
    return projections;
  }

  private Connector connector() {
    long folded = (long) config.scaleFactor() * config.scaleFactor() * config.hiddenSize();
    List<String> parts = names.connector();
    return new Connector.Mlp(
        Affine.of(all.below(parts.get(0)), folded),
        Affine.of(all.below(parts.get(1)), textWidth, folded),
        Affine.of(all.below(parts.get(2)), textWidth, textWidth));
  }
}
