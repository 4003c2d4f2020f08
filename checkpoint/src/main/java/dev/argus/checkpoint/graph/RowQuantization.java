package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A linear layer's weights in 8 bits with a scale for each output, as ONNX Runtime's {@code
 * DynamicQuantizeMatMul} and {@code MatMulIntegerToFloat} take them: {@code weight = value *
 * scale}.
 *
 * <p>The operators want the matrix transposed: a block of its columns is in memory at a time, and
 * all of it is read for each block.
 *
 * @param weight {@code [out, in]}
 */
record RowQuantization(FloatValues weight) {
  private static final int MOST = 127;

  /** Most bytes of a block, if that is a column at least. */
  private static final long BLOCK_BYTES = 3 << 20;

  /** The values, int8, {@code [in, out]}. */
  Elements values() {
    long out = weight.shape().getFirst();
    long in = weight.shape().getLast();
    return new Elements(
        DataType.INT8,
        List.of(in, out),
        sink -> {
          int columns = (int) Math.clamp(BLOCK_BYTES / out, 1, in);
          byte[] block = new byte[Math.toIntExact(columns * out)];
          for (int from = 0; from < in; from += columns) {
            int to = (int) Math.min(from + columns, in);
            transpose(from, to, block);
            sink.put(ByteBuffer.wrap(block, 0, Math.toIntExact((to - from) * out)));
          }
        });
  }

  /** Writes columns of the weight into a block, one after another. */
  private void transpose(int from, int to, byte[] block) throws IOException {
    int out = Math.toIntExact(weight.shape().getFirst());
    Rows.of(
        weight,
        (index, row) -> {
          float perStep = 1 / step(row);
          for (int i = from; i < to; i++) {
            block[(i - from) * out + index] = (byte) Math.round(row[i] * perStep);
          }
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
