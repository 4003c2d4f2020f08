package dev.argus.checkpoint.graph;

import java.util.List;

/**
 * The weights of one layer of a vision tower, whatever the checkpoint calls them: attention and
 * MLP, each after a normalisation and added to what came in.
 *
 * @param firstNorm before the attention, {@code [hidden]}
 * @param query {@code [hidden, hidden]}
 * @param key {@code [hidden, hidden]}
 * @param value {@code [hidden, hidden]}
 * @param attentionBias of query, key and value in this order, {@code [3 * hidden]}
 * @param attentionOut {@code [hidden, hidden]}
 * @param secondNorm before the MLP, {@code [hidden]}
 * @param wide the MLP's first layer, {@code [inner, hidden]}
 * @param narrow the MLP's second layer, {@code [hidden, inner]}
 */
record VisionLayer(
    Affine firstNorm,
    FloatValues query,
    FloatValues key,
    FloatValues value,
    FloatValues attentionBias,
    Affine attentionOut,
    Affine secondNorm,
    Affine wide,
    Affine narrow) {

  /** The same layer with both normalisations' gain and shift in the weights that follow them. */
  VisionLayer withFoldedNorms() {
    FoldedNorm first = new FoldedNorm(firstNorm);
    FoldedNorm second = new FoldedNorm(secondNorm);
    return new VisionLayer(
        first.rest(),
        first.weight(query),
        first.weight(key),
        first.weight(value),
        first.bias(attentionBias, List.of(query, key, value)),
        attentionOut,
        second.rest(),
        second.into(wide),
        narrow);
  }
}
