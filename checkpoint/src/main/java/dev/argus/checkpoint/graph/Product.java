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
   * With weights and input in 8 bits, one scale for each of the input's rows, taken from its
   * largest value: fast with few rows and with many. Its sums are exact, so that a row's result
   * depends on nothing else.
   */
  record RowBytes() implements Product {
    /** An unsigned byte for zero: processors multiply unsigned bytes by signed ones. */
    private static final int ZERO = 128;

    /** Of a row whose largest value is 1. */
    private static final float STEP = 1f / 127;

    @Override
    public String add(OnnxGraph graph, String in, FloatValues weight, String name) {
      RowQuantization rows = new RowQuantization(weight);
      String product =
          graph.add(
              Node.microsoft(
                  "MatMulIntegerToFloat",
                  bytes(graph, in),
                  graph.weight(name + ".weight", rows.values()),
                  graph.number(STEP),
                  graph.weight(name + ".scales", rows.scales()),
                  graph.unsignedByte(ZERO)),
              name + ".of_unit_rows");
      return graph.add(Node.onnx("Mul", product, largest(graph, in)), name);
    }

    /** The rows in bytes, each by its largest value. */
    private static String bytes(OnnxGraph graph, String in) {
      String unit = graph.addOnce(Node.onnx("Div", in, largest(graph, in)), in + ".unit_rows");
      Node bytes = Node.onnx("QuantizeLinear", unit, graph.number(STEP), graph.unsignedByte(ZERO));
      return graph.addOnce(bytes, in + ".bytes");
    }

    /** The largest value of each row, whatever its sign; more than 0. */
    private static String largest(OnnxGraph graph, String in) {
      String sizes = graph.addOnce(Node.onnx("Abs", in), in + ".sizes");
      Node largest = Node.onnx("ReduceMax", sizes, graph.vector(-1)).with("keepdims", 1);
      String ofRow = graph.addOnce(largest, in + ".largest_or_0");
      return graph.addOnce(
          Node.onnx("Max", ofRow, graph.number(Float.MIN_NORMAL)), in + ".largest");
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
