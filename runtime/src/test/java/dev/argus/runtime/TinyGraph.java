package dev.argus.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes ONNX graphs of one node, in protobuf's wire format by hand: this module has no protobuf
 * library. Field numbers are onnx.proto3's.
 */
public final class TinyGraph {
  public static final int FLOAT32 = 1;
  public static final int INT64 = 7;
  static final int UINT8 = 2;
  static final int STRING = 8;
  static final int BOOL = 9;
  static final int FLOAT64 = 11;

  private static final String MICROSOFT = "com.microsoft";

  private final Message node = new Message();
  private final Message graph = new Message();

  /**
   * A graph with one node.
   *
   * @param inputs names of its inputs
   * @param output name of its output
   */
  public static TinyGraph of(String operator, String[] inputs, String output) {
    TinyGraph tiny = new TinyGraph();
    for (String input : inputs) {
      tiny.node.text(1, input);
    }
    tiny.node.text(2, output).text(4, operator);
    tiny.graph.text(2, "tiny");
    return tiny;
  }

  /** Says that the operator is one of ONNX Runtime's own. */
  TinyGraph ofMicrosoft() {
    node.text(7, MICROSOFT);
    return this;
  }

  /** Sets an attribute of the node. */
  public TinyGraph attribute(String name, long value) {
    int wholeNumber = 2;
    node.message(5, new Message().text(1, name).number(3, value).number(20, wholeNumber));
    return this;
  }

  /**
   * Declares an input.
   *
   * @param dimensions numbers for fixed dimensions, words for named ones, empty for unnamed ones
   */
  public TinyGraph input(String name, int type, String... dimensions) {
    graph.message(11, value(name, type, dimensions));
    return this;
  }

  /** Adds a constant matrix, float32. */
  public TinyGraph matrix(String name, int rows, int columns, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.message(
        5,
        new Message()
            .number(1, rows)
            .number(1, columns)
            .number(2, FLOAT32)
            .text(8, name)
            .block(9, bytes.array()));
    return this;
  }

  /** Adds a constant tensor, uint8. */
  TinyGraph bytes(String name, byte[] values, int... dimensions) {
    Message tensor = new Message();
    for (int dimension : dimensions) {
      tensor.number(1, dimension);
    }
    graph.message(5, tensor.number(2, UINT8).text(8, name).block(9, values));
    return this;
  }

  /** Declares an output. */
  public TinyGraph output(String name, int type, String... dimensions) {
    graph.message(12, value(name, type, dimensions));
    return this;
  }

  private static Message value(String name, int type, String[] dimensions) {
    Message shape = new Message();
    for (String dimension : dimensions) {
      shape.message(1, dimension(dimension));
    }
    Message tensor = new Message().number(1, type).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  private static Message dimension(String dimension) {
    if (dimension.isEmpty()) {
      return new Message();
    }
    return Character.isDigit(dimension.charAt(0))
        ? new Message().number(1, Long.parseLong(dimension))
        : new Message().text(2, dimension);
  }

  /** Writes the graph to a file in a folder. */
  public Path write(Path folder) {
    graph.message(1, node);
    Message model =
        new Message()
            .number(1, 10)
            .message(7, graph)
            .message(8, new Message().text(1, "").number(2, 17))
            .message(8, new Message().text(1, MICROSOFT).number(2, 1));
    Path file = folder.resolve("tiny.onnx");
    try {
      return Files.write(file, model.bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a session of such a graph makes of a row of 1, 1/2, 1/3 and so on; as long a row. */
  static float[] run(Device device, Session session, int length) {
    float[] result = new float[length];
    try (Tensor x = device.allocate(ElementType.FLOAT32, Shape.of(1, length));
        Tensor z = device.allocate(ElementType.FLOAT32, Shape.of(1, length));
        Binding binding = session.bind(Map.of("x", x), Map.of("z", z))) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = 1f / (i + 1);
      }
      x.write(MemorySegment.ofArray(values));
      binding.run();
      z.read(MemorySegment.ofArray(result));
    }
    return result;
  }

  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return block(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return block(field, value.bytes.toByteArray());
    }

    private Message block(int field, byte[] content) {
      varint(((long) field << 3) | 2);
      varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }
}
