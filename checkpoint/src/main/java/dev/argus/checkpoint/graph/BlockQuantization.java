package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A linear layer's weights in 8 or 4 bits, as ONNX Runtime's {@code MatMulNBits} takes them: blocks
 * of 32 along the input, each with a float32 scale and a zero point of as many bits.
 *
 * <p>Design note: {@code weight = (value - zero) * scale}, where the block's range, widened to
 * contain 0, is divided evenly. Against a scale alone this takes a sixth off the error of 4 bits
 * and costs no time that could be measured. Each of the three initialisers reads the weights anew
 * and keeps one row of them: quantising takes longer than reading, but no memory to speak of.
 *
 * @param weight {@code [out, in]}; a last block that is not full is filled up with zeros
 * @param bits 8 or 4
 */
record BlockQuantization(FloatValues weight, int bits) {
  /** Weights of one block. */
  static final int BLOCK = 32;

  private static final int BYTE_BITS = 8;

  /** The values, uint8, {@code [out, blocks, 32 * bits / 8]}; of 4 bits, the lower half first. */
  Elements values() {
    long rowBytes = (long) blocks() * BLOCK * bits / BYTE_BITS;
    return rows(
        DataType.UINT8,
        List.of(out(), (long) blocks(), rowBytes / blocks()),
        (int) rowBytes,
        this::packValues);
  }

  /** The scales, float32, {@code [out, blocks]}. */
  Elements scales() {
    return rows(
        DataType.FLOAT,
        List.of(out(), (long) blocks()),
        blocks() * Float.BYTES,
        (row, bytes) -> {
          for (int block = 0; block < blocks(); block++) {
            bytes.putFloat(block * Float.BYTES, step(row, block));
          }
        });
  }

  /** The zero points, uint8, {@code [out, blocks * bits / 8]}, packed as the values. */
  Elements zeroPoints() {
    int rowBytes = (blocks() * bits + BYTE_BITS - 1) / BYTE_BITS;
    return rows(
        DataType.UINT8,
        List.of(out(), (long) rowBytes),
        rowBytes,
        (row, bytes) -> {
          for (int block = 0; block < blocks(); block++) {
            put(bytes, block, zero(row, block, step(row, block)));
          }
        });
  }

  private long out() {
    return weight.shape().getFirst();
  }

  private int blocks() {
    return Math.toIntExact((weight.shape().getLast() + BLOCK - 1) / BLOCK);
  }

  /** Makes one row of an initialiser of one row of weights. */
  @FunctionalInterface
  private interface RowCode {
    void write(float[] row, ByteBuffer bytes);
  }

  /**
   * @param rowBytes bytes of a row, zeros to begin with
   */
  private Elements rows(DataType type, List<Long> shape, int rowBytes, RowCode code) {
    return new Elements(type, shape, sink -> writeRows(rowBytes, code, sink));
  }

  private void writeRows(int rowBytes, RowCode code, ByteSink sink) throws IOException {
    byte[] zeros = new byte[rowBytes];
    ByteBuffer bytes = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    Rows.of(
        weight,
        (_, row) -> {
          bytes.put(0, zeros);
          code.write(row, bytes);
          sink.put(bytes.rewind());
        });
  }

  private void packValues(float[] row, ByteBuffer bytes) {
    for (int block = 0; block < blocks(); block++) {
      float step = step(row, block);
      float perStep = 1 / step;
      int zero = zero(row, block, step);
      for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
        float value = i < row.length ? row[i] * perStep + zero : zero;
        put(bytes, i, Math.clamp((int) (value + 0.5f), 0, most()));
      }
    }
  }

  /** Puts a number of {@link #bits} at its place among numbers of as many. */
  private void put(ByteBuffer bytes, int index, int number) {
    if (bits == BYTE_BITS) {
      bytes.put(index, (byte) number);
    } else {
      int shifted = number << (index % 2 * bits);
      bytes.put(index / 2, (byte) (bytes.get(index / 2) | shifted));
    }
  }

  private int most() {
    return (1 << bits) - 1;
  }

  /** What 1 stands for in a block. */
  private float step(float[] row, int block) {
    float high = 0;
    for (int i = block * BLOCK; i < end(row, block); i++) {
      high = Math.max(high, row[i]);
    }
    float step = (high - low(row, block)) / most();
    if (!Float.isFinite(step)) {
      throw new ModelFault("the weights hold a value that is not finite", null);
    }
    return step < Float.MIN_NORMAL ? 1 : step;
  }

  /** What stands for 0 in a block. */
  private static int zero(float[] row, int block, float step) {
    return Math.round(-low(row, block) / step);
  }

  private static float low(float[] row, int block) {
    float low = 0;
    for (int i = block * BLOCK; i < end(row, block); i++) {
      low = Math.min(low, row[i]);
    }
    return low;
  }

  private static int end(float[] row, int block) {
    return Math.min((block + 1) * BLOCK, row.length);
  }
}
