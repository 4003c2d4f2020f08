package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The elements of an initialiser as they are stored, produced in pieces while the graph is written.
 *
 * @param type what each is
 * @param shape the initialiser's dimensions, outermost first
 * @param source produces exactly as many elements as the shape has, row-major, little-endian
 */
record Elements(DataType type, List<Long> shape, Source source) {
  private static final int PIECE = 1 << 14;

  /** Produces bytes. */
  @FunctionalInterface
  interface Source {
    void writeTo(ByteSink sink) throws IOException;
  }

  /**
   * Floats, rounded to the nearest of the type.
   *
   * @param type {@code FLOAT}, {@code FLOAT16} or {@code BFLOAT16}; writing a value beyond the
   *     range of {@code FLOAT16} is a {@link ModelFault}
   */
  static Elements of(FloatValues values, DataType type) {
    Encoding encoding =
        switch (type) {
          case FLOAT ->
              (floats, from, count, bytes) -> bytes.asFloatBuffer().put(floats, from, count);
          case FLOAT16 ->
              (floats, from, count, bytes) -> {
                for (int i = 0; i < count; i++) {
                  bytes.putShort(i * Short.BYTES, float16(floats[from + i]));
                }
              };
          case BFLOAT16 ->
              (floats, from, count, bytes) -> {
                for (int i = 0; i < count; i++) {
                  bytes.putShort(i * Short.BYTES, bfloat16(floats[from + i]));
                }
              };
          default -> throw new IllegalArgumentException(type + " is no type of floats");
        };
    return new Elements(
        type, values.shape(), sink -> encode(values, encoding, bytesOf(type), sink));
  }

  /** Writes floats to the beginning of a buffer. */
  @FunctionalInterface
  private interface Encoding {
    void encode(float[] floats, int from, int count, ByteBuffer bytes);
  }

  private static void encode(FloatValues values, Encoding encoding, int width, ByteSink sink)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(PIECE * width).order(ByteOrder.LITTLE_ENDIAN);
    values
        .source()
        .writeTo((floats, offset, count) -> {
          for (int done = 0; done < count; done += PIECE) {
            int now = Math.min(PIECE, count - done);
            encoding.encode(floats, offset + done, now, bytes);
            sink.put(bytes.position(0).limit(now * width));
            bytes.clear();
          }
        });
  }

  private static short float16(float value) {
    short rounded = Float.floatToFloat16(value);
    if (Float.isInfinite(Float.float16ToFloat(rounded)) && !Float.isInfinite(value)) {
      throw new ModelFault(
          "a weight of %s is beyond the range of fp16; take bf16".formatted(value), null);
    }
    return rounded;
  }

  /** To the nearest, of two as near to the even one. */
  private static short bfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    return (short) (Float.isNaN(value) ? bits >>> 16 : (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  private static int bytesOf(DataType type) {
    return switch (type) {
      case UINT8, INT8 -> Byte.BYTES;
      case FLOAT16, BFLOAT16 -> Short.BYTES;
      case FLOAT -> Float.BYTES;
      default -> throw new IllegalArgumentException("no weights are of type " + type);
    };
  }

  /** Bytes of all elements. */
  long bytes() {
    return shape.stream().reduce((long) bytesOf(type), Math::multiplyExact);
  }
}
