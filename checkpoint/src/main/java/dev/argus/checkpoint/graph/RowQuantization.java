package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A linear layer's weights in 8 bits with a scale for each output, as ONNX Runtime's {@code
 * DynamicQuantizeMatMul} takes them: {@code weight = value * scale}.
 *
 * <p>The operator wants the matrix transposed, so that all of it is in memory, a byte a weight,
 * while it is written; a vision tower's largest has some megabytes.
 *
 * @param weight {@code [out, in]}
 */
record RowQuantization(FloatValues weight) {
  private static final int MOST = 127;

  /** The values, int8, {@code [in, out]}. */
  Elements values() {
    long out = weight.shape().getFirst();
    long in = weight.shape().getLast();
    return new Elements(
        DataType.INT8,
        List.of(in, out),
        sink -> {
          byte[] transposed = new byte[Math.toIntExact(in * out)];
          Rows.of(
              weight,
              (index, row) -> {
                float perStep = 1 / step(row);
                for (int i = 0; i < row.length; i++) {
                  transposed[(int) (i * out + index)] = (byte) Math.round(row[i] * perStep);
                }
              });
          sink.put(ByteBuffer.wrap(transposed));
        });
  }

  /** The scales, float32, {@code [out]}. */
  Elements scales() {
    return new Elements(
        DataType.FLOAT,
        List.of(weight.shape().getFirst()),
        sink -> {
          ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          Rows.of(weight, (_, row) -> sink.put(bytes.putFloat(0, step(row)).rewind()));
        });
  }

  private static float step(float[] row) {
    float largest = 0;
    for (float value : row) {
      largest = Math.max(largest, Math.abs(value));
    }
    if (!Float.isFinite(largest)) {
      throw new ModelFault("the weights hold a value that is not finite", null);
    }
    return largest / MOST < Float.MIN_NORMAL ? 1 : largest / MOST;
  }
}
