package dev.argus.checkpoint.graph;

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
    Affine narrow) {}
