package dev.argus.checkpoint.graph;

/** How a graph multiplies by the weights of a linear layer. */
sealed interface Product {

  /**
   * Adds the product to a graph.
   *
   * @param in {@code [..., in]}
   * @param weight {@code [out, in]}, the checkpoints' layout
   * @param name the result's; the weights' names begin with it
   * @return the result's name, {@code [..., out]}
   */
  String add(OnnxGraph graph, String in, FloatValues weight, String name);

  /** Whether a row of the result depends on the rows beside it. */
  default boolean mixesRows() {
    return false;
  }

  /** In the floats that the graph computes in. */
  record Floats() implements Product {

    @Override
    public String add(OnnxGraph graph, String in, FloatValues weight, String name) {
      return graph.add(Node.linear(in, graph.weight(name + ".weight", weight)), name);
    }
  }

  /**
   * With weights in blocks, each input row in blocks of 8 bits with scales of their own: the
   * fastest where rows are few and reading weights is what takes time.
   *
   * @param bits of a weight, 8 or 4
   */
  record Blocks(int bits) implements Product {
    /** Multiplies 8-bit integers; anything lower is many times slower. */
    private static final int ACCURACY_LEVEL = 4;

    @Override
    public String add(OnnxGraph graph, String in, FloatValues weight, String name) {
      BlockQuantization blocks = new BlockQuantization(weight, bits);
      return graph.add(
          Node.microsoft(
                  "MatMulNBits",
                  in,
                  graph.weight(name + ".weight", blocks.values()),
                  graph.weight(name + ".scales", blocks.scales()),
                  graph.weight(name + ".zero_points", blocks.zeroPoints()))
              .with("K", weight.shape().getLast())
              .with("N", weight.shape().getFirst())
              .with("bits", bits)
              .with("block_size", BlockQuantization.BLOCK)
              .with("accuracy_level", ACCURACY_LEVEL),
          name);
    }
  }

  /**
   * With weights and input in 8 bits, one scale for all of the input, taken from its range: the
   * fastest where rows are many. The result depends on which rows are multiplied together.
   */
  record Bytes() implements Product {

    @Override
    public String add(OnnxGraph graph, String in, FloatValues weight, String name) {
      RowQuantization rows = new RowQuantization(weight);
      return graph.add(
          Node.microsoft(
              "DynamicQuantizeMatMul",
              in,
              graph.weight(name + ".weight", rows.values()),
              graph.weight(name + ".scales", rows.scales())),
          name);
    }

    @Override
    public boolean mixesRows() {
      return true;
    }
  }
}
