package dev.argus.checkpoint.architecture;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a checkpoint of InternVL calls its tensors.
 *
 * @param tower prefix of the vision tower
 * @param classToken in the tower
 * @param positions in the tower
 * @param patches prefix in the tower
 * @param layer prefix in the tower, with a place for the layer's number
 * @param firstNorm prefix in a layer
 * @param queryKeyValue prefixes in a layer: three, or one that stacks them
 * @param attentionOut prefix in a layer
 * @param attentionScale in a layer
 * @param secondNorm prefix in a layer
 * @param mlpScale in a layer
 * @param connector prefixes of the normalisation and the two linear layers
 * @param model prefix of the language model
 * @param head prefix of {@code lm_head}
 */
public record InternVlNames(
    String tower,
    String classToken,
    String positions,
    String patches,
    String layer,
    String firstNorm,
    List<String> queryKeyValue,
    String attentionOut,
    String attentionScale,
    String secondNorm,
    String mlpScale,
    List<String> connector,
    String model,
    String head) {

  /** OpenGVLab's own, beside its remote code. */
  static final InternVlNames ORIGINAL =
      new InternVlNames(
          "vision_model.",
          "embeddings.class_embedding",
          "embeddings.position_embedding",
          "embeddings.patch_embedding.",
          "encoder.layers.%d.",
          "norm1.",
          List.of("attn.qkv."),
          "attn.proj.",
          "ls1",
          "norm2.",
          "ls2",
          List.of("mlp1.0.", "mlp1.1.", "mlp1.3."),
          "language_model.model.",
          "language_model.");

  /** As transformers 4 saves: the checkpoints whose names end in {@code -hf}. */
  private static final InternVlNames PUBLISHED =
      transformers("", "language_model.model.", "language_model.");

  /** As transformers 5 saves. */
  private static final InternVlNames NEWER = transformers("model.", "model.language_model.", "");

  private static InternVlNames transformers(String prefix, String model, String head) {
    String projector = prefix + "multi_modal_projector.";
    return new InternVlNames(
        prefix + "vision_tower.",
        "embeddings.cls_token",
        "embeddings.position_embeddings",
        "embeddings.patch_embeddings.projection.",
        "encoder.layer.%d.",
        "layernorm_before.",
        List.of("attention.q_proj.", "attention.k_proj.", "attention.v_proj."),
        "attention.projection_layer.",
        "lambda_1",
        "layernorm_after.",
        "lambda_2",
        List.of(projector + "layer_norm.", projector + "linear_1.", projector + "linear_2."),
        model,
        head);
  }

  /**
   * Those of the two that transformers writes which a checkpoint has.
   *
   * @param hasTensor whether it has a tensor of this name
   */
  static InternVlNames transformers(Predicate<String> hasTensor) {
    return hasTensor.test(NEWER.tower + NEWER.classToken) ? NEWER : PUBLISHED;
  }

  /** Of the language model. */
  DecoderNames decoder() {
    return new DecoderNames(model, head);
  }
}
