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
    boolean tiedEmbeddings) {

  /**
   * Reads a {@code text_config} of transformers' Llama or Qwen2.
   *
   * @param text the settings; what they leave out has the defaults of transformers' LlamaConfig
   * @param qkvBias whether query, key and value projections have a bias
   * @param tiedEmbeddings what the checkpoint's top level says, which decides
   */
  public static TextConfig read(Settings text, boolean qkvBias, boolean tiedEmbeddings) {
    int hiddenSize = text.positive("hidden_size");
    int heads = text.positive("num_attention_heads");
    int kvHeads = text.positive("num_key_value_heads", heads);
    if (heads % kvHeads != 0) {
      throw text.fault("num_key_value_heads", "is " + kvHeads + ", which does not divide " + heads);
    }
    if (!text.has("head_dim") && hiddenSize % heads != 0) {
      throw text.fault(
          "num_attention_heads", "is " + heads + ", which does not divide " + hiddenSize);
    }
    return new TextConfig(
        hiddenSize,
        text.positive("intermediate_size"),
        text.positive("num_hidden_layers"),
        heads,
        kvHeads,
        text.positive("head_dim", hiddenSize / heads),
        text.number("rms_norm_eps", 1e-6),
        ropeTheta(text),
        text.positive("max_position_embeddings", 2048),
        text.positive("vocab_size"),
        qkvBias,
        tiedEmbeddings);
  }

  /** Newer checkpoints keep the base in {@code rope_parameters}. */
  private static double ropeTheta(Settings text) {
    double theta =
        text.optionalObject("rope_parameters")
            .filter(rope -> rope.has("rope_theta"))
            .map(rope -> rope.number("rope_theta"))
            .orElseGet(() -> text.number("rope_theta", 10_000));
    if (theta <= 0) {
      throw text.fault("rope_theta", "should be above 0, not " + theta);
    }
    return theta;
  }
}
