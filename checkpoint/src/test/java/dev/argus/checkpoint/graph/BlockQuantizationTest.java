package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockQuantizationTest {
  private static final int ROWS = 5;

  /** Half a step for the value, and half for the zero point's own rounding at the range's ends. */
  @ParameterizedTest
  @CsvSource({"8, 96", "4, 96", "8, 40", "4, 40", "4, 64", "8, 7"})
  void givesWeightsBackToTheNearestStep(int bits, int length) throws IOException {
    float[][] weights = random(length);
    BlockQuantization blocks = new BlockQuantization(matrix(weights), bits);
    int blockCount = (length + 31) / 32;
    assertThat(blocks.values().shape()).containsExactly((long) ROWS, (long) blockCount, 4L * bits);
    assertThat(blocks.values().type()).isEqualTo(DataType.UINT8);
    assertThat(blocks.scales().shape()).containsExactly((long) ROWS, (long) blockCount);
    assertThat(blocks.zeroPoints().shape())
        .containsExactly((long) ROWS, ((long) blockCount * bits + 7) / 8);

    ByteBuffer values = StoredBytes.of(blocks.values());
    ByteBuffer scales = StoredBytes.of(blocks.scales());
    ByteBuffer zeros = StoredBytes.of(blocks.zeroPoints());
    int zerosPerRow = (blockCount * bits + 7) / 8 * (8 / bits);
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < blockCount * 32; i++) {
        float scale = scales.getFloat((row * blockCount + i / 32) * Float.BYTES);
        int zero = number(zeros, bits, row * zerosPerRow + i / 32);
        float back = (number(values, bits, row * blockCount * 32 + i) - zero) * scale;
        float expected = i < length ? weights[row][i] : 0;
        assertThat(back).as("%d, %d", row, i).isCloseTo(expected, within(scale * 1.001f));
      }
    }
  }

  @Test
  void keepsZerosExact() throws IOException {
    float[][] weights = new float[ROWS][64];
    weights[1][40] = 3e-40f;
    weights[2][0] = -7;
    BlockQuantization blocks = new BlockQuantization(matrix(weights), 8);

    ByteBuffer values = StoredBytes.of(blocks.values());
    ByteBuffer zeros = StoredBytes.of(blocks.zeroPoints());

    assertThat(number(values, 8, 2 * 64 + 1)).isEqualTo(number(zeros, 8, 4)).isEqualTo(255);
    assertThat(number(values, 8, 2 * 64)).isZero();
    assertThat(number(values, 8, 64 + 40)).isEqualTo(number(zeros, 8, 3));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void refusesWhatHasNoScale(float broken) {
    float[][] weights = random(32);
    weights[3][3] = broken;

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> StoredBytes.of(new BlockQuantization(matrix(weights), 4).scales()))
        .withMessageContaining("not finite");
  }

  private static int number(ByteBuffer bytes, int bits, int index) {
    int perByte = 8 / bits;
    int shift = index % perByte * bits;
    return Byte.toUnsignedInt(bytes.get(index / perByte)) >> shift & ((1 << bits) - 1);
  }

  private static float[][] random(int length) {
    Random random = new Random(length);
    float[][] weights = new float[ROWS][length];
    for (float[] row : weights) {
      for (int i = 0; i < length; i++) {
        row[i] = (float) random.nextGaussian(0.1, 1);
      }
    }
    return weights;
  }

  private static FloatValues matrix(float[][] rows) {
    return new FloatValues(
        List.of((long) rows.length, (long) rows[0].length),
        sink -> {
          for (float[] row : rows) {
            sink.put(row, 0, 3);
            sink.put(row, 3, row.length - 3);
          }
        });
  }
}
