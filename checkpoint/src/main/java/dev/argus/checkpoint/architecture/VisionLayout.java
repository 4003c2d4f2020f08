package dev.argus.checkpoint.architecture;

/** Which of the known vision towers and connectors a model has, and what its tensors are called. */
public sealed interface VisionLayout {

  /**
   * A SigLIP tower and one linear layer.
   *
   * @param tower prefix of the tower, whose tensors below are named as transformers' Idefics3 names
   *     them
   * @param connector prefix of the linear layer
   * @param order how the linear layer expects folded patches
   */
  record SiglipLinear(String tower, String connector, ChannelOrder order) implements VisionLayout {}

  /** An InternViT tower and an MLP. */
  record InternVitMlp(InternVlNames names) implements VisionLayout {}
}
