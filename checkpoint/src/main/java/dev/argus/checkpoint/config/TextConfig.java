package dev.argus.checkpoint.config;

/**
 * The language model: a decoder in Llama's shape.
 *
 * @param hiddenSize width of a token's representation, visual tokens included
 * @param intermediateSize width of the gated MLP's inner layer
 * @param layers number of transformer layers
 * @param heads number of query heads
 * @param kvHeads number of key and value heads; divides {@code heads}
 * @param headDim width of one head
 * @param rmsNormEpsilon epsilon of every RMS normalisation
 * @param ropeTheta base of the rotary position embedding (half-split)
 * @param contextLength most positions of a sequence, prompt and answer together
 * @param vocabularySize rows of the embedding table and of the logits
 * @param qkvBias whether the query, key and value projections have a bias (Qwen2)
 * @param tiedEmbeddings whether the embedding table is the output projection too
 */
public record TextConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    double rmsNormEpsilon,
    double ropeTheta,
    int contextLength,
    int vocabularySize,
    boolean qkvBias,
    boolean tiedEmbeddings) {}
