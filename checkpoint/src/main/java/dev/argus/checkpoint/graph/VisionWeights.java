package dev.argus.checkpoint.graph;

import java.util.List;
import java.util.Optional;

/**
 * What a vision graph is made of, in the order in which pixels meet it.
 *
 * @param projection multiplies raw patches, {@code [hidden, patch * patch * 3]}
 * @param offsets what is added then, {@code [places, hidden]}: a place for each patch, after one
 *     for the class token if there is one
 * @param classToken whether the first place is a class token, which takes part in attention and
 *     gives no visual token
 * @param layers the tower's layers
 * @param activation between the two layers of an MLP
 * @param lastNorm after the last layer, {@code [hidden]}, if there is one
 * @param connector from folded patches to visual tokens
 */
record VisionWeights(
    FloatValues projection,
    FloatValues offsets,
    boolean classToken,
    List<VisionLayer> layers,
    Gelu activation,
    Optional<Affine> lastNorm,
    Connector connector) {}
