package dev.argus.checkpoint.graph;

/** From folded patches to visual tokens. */
sealed interface Connector {

  /**
   * Describes itself.
   *
   * @param folded {@code [tiles, tokens, scale * scale * channels]}
   * @param result the name that the result has to have, {@code [tiles, tokens, hidden]}
   */
  void describe(OnnxGraph graph, String folded, String result);

  /**
   * One linear layer without a bias: Idefics3's and Argus's.
   *
   * @param weight {@code [hidden, scale * scale * channels]}
   */
  record Linear(FloatValues weight) implements Connector {

    @Override
    public void describe(OnnxGraph graph, String folded, String result) {
      graph.add(Node.linear(folded, graph.weight("connector.weight", weight)), result);
    }
  }

  /**
   * A normalisation and two linear layers with GELU between them: InternVL's.
   *
   * @param norm {@code [scale * scale * channels]}
   * @param first {@code [hidden, scale * scale * channels]}
   * @param second {@code [hidden, hidden]}
   */
  record Mlp(Affine norm, Affine first, Affine second) implements Connector {
    /** PyTorch's default: the settings do not name it, and the tower's own is another. */
    private static final float EPSILON = 1e-5f;

    @Override
    public void describe(OnnxGraph graph, String folded, String result) {
      String normalised =
          graph.add(
              Node.onnx(
                      "LayerNormalization",
                      folded,
                      graph.weight("connector.norm.weight", norm.weight()),
                      graph.weight("connector.norm.bias", norm.bias()))
                  .with("epsilon", EPSILON),
              "connector.normalised");
      String wide =
          graph.add(
              Node.linear(normalised, graph.weight("connector.first.weight", first.weight())),
              "connector.first");
      String active =
          graph.add(
              Gelu.EXACT.of(wide, graph.weight("connector.first.bias", first.bias())),
              "connector.active");
      String product =
          graph.add(
              Node.linear(active, graph.weight("connector.second.weight", second.weight())),
              "connector.second");
      graph.add(
          Node.onnx("Add", product, graph.weight("connector.second.bias", second.bias())), result);
    }
  }
}
