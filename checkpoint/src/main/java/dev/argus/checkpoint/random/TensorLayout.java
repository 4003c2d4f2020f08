package dev.argus.checkpoint.random;

import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.config.VisionConfig;
import java.util.List;

/** What tensors the checkpoints of a family hold, by the names that Hugging Face's have. */
enum TensorLayout {
  /** SigLIP, one linear layer, Llama: Idefics3's and Argus's. */
  SIGLIP_LLAMA {
    @Override
    List<RandomTensor> tensors(ModelConfig config) {
      TensorList tensors = new TensorList();
      siglip(config.vision(), tensors.below("model.vision_model."));
      tensors.linear(
          "model.connector.modality_projection.proj",
          config.text().hiddenSize(),
          folded(config.vision()));
      languageModel(config.text(), tensors.below("model.text_model."), tensors);
      return tensors.all();
    }
  },

  /** InternViT, an MLP, Qwen2: InternVL3's, as in the checkpoints whose names end in -hf. */
  INTERN_VIT_QWEN2 {
    @Override
    List<RandomTensor> tensors(ModelConfig config) {
      TensorList tensors = new TensorList();
      internVit(config.vision(), tensors.below("vision_tower."));
      long folded = folded(config.vision());
      long hidden = config.text().hiddenSize();
      tensors
          .below("multi_modal_projector.")
          .layerNorm("layer_norm", folded)
          .linear("linear_1", hidden, folded)
          .bias("linear_1", hidden)
          .linear("linear_2", hidden, hidden)
          .bias("linear_2", hidden);
      languageModel(
          config.text(), tensors.below("language_model.model."), tensors.below("language_model."));
      return tensors.all();
    }
  };

  /** The tensors of a model. */
  abstract List<RandomTensor> tensors(ModelConfig config);

  private static long folded(VisionConfig config) {
    return (long) config.scaleFactor() * config.scaleFactor() * config.hiddenSize();
  }

  private static void siglip(VisionConfig config, TensorList tower) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    tower
        .below("embeddings.")
        .patchKernel("patch_embedding", hidden, config.patchSize())
        .bias("patch_embedding", hidden)
        .embedding("position_embedding.weight", config.patches(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      TensorList tensors = tower.below("encoder.layers." + layer + ".");
      tensors.layerNorm("layer_norm1", hidden).layerNorm("layer_norm2", hidden);
      projections(tensors.below("self_attn."), hidden);
      tensors.residual("self_attn.out_proj", hidden, hidden).bias("self_attn.out_proj", hidden);
      mlp(tensors, hidden, inner);
    }
    tower.layerNorm("post_layernorm", hidden);
  }

  private static void internVit(VisionConfig config, TensorList tower) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    tower
        .below("embeddings.")
        .embedding("cls_token", 1, 1, hidden)
        .patchKernel("patch_embeddings.projection", hidden, config.patchSize())
        .bias("patch_embeddings.projection", hidden)
        .embedding("position_embeddings", 1, 1L + config.patches(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      TensorList tensors = tower.below("encoder.layer." + layer + ".");
      tensors.layerNorm("layernorm_before", hidden).layerNorm("layernorm_after", hidden);
      tensors.layerScale("lambda_1", hidden).layerScale("lambda_2", hidden);
      projections(tensors.below("attention."), hidden);
      tensors
          .residual("attention.projection_layer", hidden, hidden)
          .bias("attention.projection_layer", hidden);
      mlp(tensors, hidden, inner);
    }
  }

  private static void projections(TensorList attention, long hidden) {
    for (String name : List.of("q_proj", "k_proj", "v_proj")) {
      attention.linear(name, hidden, hidden).bias(name, hidden);
    }
  }

  private static void mlp(TensorList tensors, long hidden, long inner) {
    tensors
        .linear("mlp.fc1", inner, hidden)
        .bias("mlp.fc1", inner)
        .residual("mlp.fc2", hidden, inner)
        .bias("mlp.fc2", hidden);
  }

  private static void languageModel(TextConfig config, TensorList model, TensorList root) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    model.embedding("embed_tokens.weight", config.vocabularySize(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      TensorList tensors = model.below("layers." + layer + ".");
      tensors.gain("input_layernorm", hidden).gain("post_attention_layernorm", hidden);
      attention(config, tensors.below("self_attn."));
      tensors
          .linear("mlp.gate_proj", inner, hidden)
          .linear("mlp.up_proj", inner, hidden)
          .residual("mlp.down_proj", hidden, inner);
    }
    model.gain("norm", hidden);
    if (!config.tiedEmbeddings()) {
      root.linear("lm_head", config.vocabularySize(), hidden);
    }
  }

  private static void attention(TextConfig config, TensorList attention) {
    long hidden = config.hiddenSize();
    long width = (long) config.heads() * config.headDim();
    long kvWidth = (long) config.kvHeads() * config.headDim();
    attention
        .linear("q_proj", width, hidden)
        .linear("k_proj", kvWidth, hidden)
        .linear("v_proj", kvWidth, hidden)
        .residual("o_proj", hidden, width);
    if (config.qkvBias()) {
      attention.bias("q_proj", width).bias("k_proj", kvWidth).bias("v_proj", kvWidth);
    }
  }
}
