package dev.argus.checkpoint.graph;

import com.google.protobuf.ByteString;
import dev.argus.checkpoint.onnx.GraphProto;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.OperatorSetIdProto;
import dev.argus.checkpoint.onnx.StringStringEntryProto;
import dev.argus.checkpoint.onnx.TensorProto;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import dev.argus.checkpoint.onnx.TensorShapeProto;
import dev.argus.checkpoint.onnx.TypeProto;
import dev.argus.checkpoint.onnx.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * An ONNX graph being described, then written: nodes in the order in which they were added, which
 * must be one in which they can run, and weights streamed to a data file beside the graph.
 *
 * <p>The same description gives the same bytes. Not thread-safe.
 */
public final class OnnxGraph {
  /** Domain of ONNX Runtime's own operators. */
  static final String MICROSOFT = "com.microsoft";

  private static final int IR_VERSION = 10;
  private static final int ONNX_OPERATOR_SET = 21;

  /**
   * From set 20 on, ONNX Runtime's table of kernels has no {@code ReduceMax} and {@code ReduceMin}
   * for CUDA.
   */
  private static final int NARROW_OPERATOR_SET = 18;

  private static final int STANDARD_IR_VERSION = 8;
  private static final int STANDARD_OPERATOR_SET = 18;
  private static final int MICROSOFT_OPERATOR_SET = 1;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, Elements> weights = new LinkedHashMap<>();
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final Set<String> addedOnce = new HashSet<>();
  private final Map<String, OnnxGraph> companions = new LinkedHashMap<>();

  private final boolean standard;
  private final DataType floats;

  private OnnxGraph(String name, boolean standard, DataType floats) {
    this.standard = standard;
    this.floats = floats;
    graph.setName(name);
  }

  /**
   * A graph for ONNX Runtime, whose own operators it may use.
   *
   * @param floats type of its floating-point weights: {@code FLOAT}, {@code FLOAT16} or {@code
   *     BFLOAT16}
   */
  OnnxGraph(String name, DataType floats) {
    this(name, false, floats);
  }

  /** A graph of ONNX's operators alone, set 18, which is what PyTorch's exporter writes. */
  public static OnnxGraph standard(String name) {
    return new OnnxGraph(name, true, DataType.FLOAT);
  }

  /** Type of its floating-point weights. */
  DataType floats() {
    return floats;
  }

  /** Whether its floats are smaller than float32, which inputs and outputs are in. */
  boolean isNarrow() {
    return floats != DataType.FLOAT;
  }

  /** From float32 to the graph's floats; returns the result's name. */
  String narrow(String in) {
    return isNarrow() ? cast(in, floats, in + ".narrow") : in;
  }

  /** Adds a conversion. */
  String cast(String in, DataType type, String out) {
    return add(Node.onnx("Cast", in).with("to", type.getNumber()), out);
  }

  /** What this graph is called. */
  public String name() {
    return graph.getName();
  }

  /** Declares an input, and returns its name. */
  public String input(String name, DataType type, Dimension... dimensions) {
    graph.addInput(value(name, type, dimensions));
    return name;
  }

  /** Declares an output: a node's result of this name. */
  public void output(String name, DataType type, Dimension... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  private static ValueInfoProto value(String name, DataType type, Dimension... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dimension dimension : dimensions) {
      shape.addDim(dimension.toProto());
    }
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /**
   * Adds a node.
   *
   * @param outputs names of its results, unique in the graph
   * @return the first of them
   */
  public String add(Node node, String... outputs) {
    graph.addNode(node.to(outputs));
    return outputs[0];
  }

  /** Adds a node with one result, unless there is one with this result; returns its name. */
  String addOnce(Node node, String output) {
    return addedOnce.add(output) ? add(node, output) : output;
  }

  /** Adds a weight, written to the data file when the graph is written, and returns its name. */
  public String weight(String name, FloatValues values) {
    return weight(name, Elements.of(values, floats));
  }

  /** As above, of any type. */
  String weight(String name, Elements elements) {
    if (weights.putIfAbsent(name, elements) != null) {
      throw new IllegalArgumentException("there is a weight " + name + " already");
    }
    return name;
  }

  /** A vector of int64, such as a shape; returns its name. */
  public String vector(long... values) {
    return constant(List.of((long) values.length), values);
  }

  /** An int64 without dimensions; returns its name. */
  public String scalar(long value) {
    return constant(List.of(), value);
  }

  /** A float32 without dimensions; returns its name. */
  public String number(float value) {
    String name = "number_" + value;
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(0, value);
    return constant(name, DataType.FLOAT, List.of(), bytes);
  }

  /** A uint8 without dimensions; returns its name. */
  String unsignedByte(int value) {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) value});
    return constant("byte_" + value, DataType.UINT8, List.of(), bytes);
  }

  private String constant(List<Long> shape, long... values) {
    StringBuilder name = new StringBuilder(shape.isEmpty() ? "scalar" : "vector");
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      name.append('_').append(value);
      bytes.putLong(value);
    }
    return constant(name.toString(), DataType.INT64, shape, bytes.flip());
  }

  private String constant(String name, DataType type, List<Long> shape, ByteBuffer bytes) {
    constants.computeIfAbsent(
        name,
        key ->
            TensorProto.newBuilder()
                .setName(key)
                .setDataType(type.getNumber())
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes))
                .build());
    return name;
  }

  /** Has another graph, which has no weights, written beside this one. */
  void beside(String file, OnnxGraph companion) {
    companions.put(file, companion);
  }

  /** Bytes of the data file. */
  public long dataBytes() {
    long end = 0;
    for (Elements elements : weights.values()) {
      end = DataFile.align(end) + elements.bytes();
    }
    return end;
  }

  /**
   * Writes the graph and, beside it, its data file: the same name, ending in {@code .data}; and its
   * companions.
   *
   * @param file the graph's file; neither it nor what is beside it may exist
   * @param progress told how long the data file is whenever it has grown
   */
  void write(Path file, LongConsumer progress) throws IOException {
    write(file, file.getFileName().toString().replaceFirst("\\.onnx$", "") + ".data", progress);
  }

  /**
   * As above.
   *
   * @param dataName the data file's name
   */
  public void write(Path file, String dataName, LongConsumer progress) throws IOException {
    GraphProto.Builder complete = graph.clone().addAllInitializer(constants.values());
    try (DataFile data = new DataFile(file.resolveSibling(dataName), progress)) {
      for (Map.Entry<String, Elements> weight : weights.entrySet()) {
        complete.addInitializer(write(weight.getKey(), weight.getValue(), data, dataName));
      }
      data.finish();
    }
    Files.write(file, model(complete).toByteArray());
    for (Map.Entry<String, OnnxGraph> companion : companions.entrySet()) {
      Files.write(file.resolveSibling(companion.getKey()), companion.getValue().withoutData());
    }
  }

  private byte[] withoutData() {
    if (!weights.isEmpty()) {
      throw new IllegalStateException(name() + " has weights, which need a data file");
    }
    return model(graph.clone().addAllInitializer(constants.values())).toByteArray();
  }

  private static TensorProto write(String name, Elements elements, DataFile data, String dataName)
      throws IOException {
    long offset = data.align();
    elements.source().writeTo(data);
    long length = data.position() - offset;
    if (length != elements.bytes()) {
      throw new IllegalStateException(
          "%s has %d bytes, not %d".formatted(name, length, elements.bytes()));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(elements.type().getNumber())
        .addAllDims(elements.shape())
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addAllExternalData(
            List.of(
                entry("location", dataName),
                entry("offset", Long.toString(offset)),
                entry("length", Long.toString(length))))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private int onnxOperatorSet() {
    if (standard) {
      return STANDARD_OPERATOR_SET;
    }
    return isNarrow() ? NARROW_OPERATOR_SET : ONNX_OPERATOR_SET;
  }

  private ModelProto model(GraphProto.Builder graph) {
    List<OperatorSetIdProto> sets = new ArrayList<>();
    sets.add(OperatorSetIdProto.newBuilder().setVersion(onnxOperatorSet()).build());
    if (!standard) {
      sets.add(
          OperatorSetIdProto.newBuilder()
              .setDomain(MICROSOFT)
              .setVersion(MICROSOFT_OPERATOR_SET)
              .build());
    }
    return ModelProto.newBuilder()
        .setIrVersion(standard ? STANDARD_IR_VERSION : IR_VERSION)
        .setProducerName("argus")
        .setGraph(graph)
        .addAllOpsetImport(sets)
        .build();
  }
}
