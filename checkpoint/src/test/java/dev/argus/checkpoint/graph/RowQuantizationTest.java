package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RowQuantizationTest {

  @Test
  void storesTheTransposedMatrixWithAScaleForEachOutput() throws IOException {
    float[][] weights = {{1, -0.5f, 0.25f, 0}, {-254, 2, 127, 3}, {0, 0, 0, 0}};
    RowQuantization rows = new RowQuantization(matrix(weights));

    ByteBuffer values = StoredBytes.of(rows.values());
    ByteBuffer scales = StoredBytes.of(rows.scales());

    assertThat(rows.values().shape()).containsExactly(4L, 3L);
    assertThat(rows.scales().shape()).containsExactly(3L);
    for (int out = 0; out < 3; out++) {
      float scale = scales.getFloat(out * Float.BYTES);
      for (int in = 0; in < 4; in++) {
        assertThat(values.get(in * 3 + out) * scale)
            .isCloseTo(weights[out][in], within(scale * 0.501f));
      }
    }
    assertThat(values.get(1)).isEqualTo((byte) -127);
  }

  /** A block holds one of these columns, or two of the narrower matrix's. */
  @ParameterizedTest
  @ValueSource(ints = {2_000_000, 1_500_000})
  void transposesAMatrixOfSeveralBlocks(int outputs) throws IOException {
    float[][] weights = new float[outputs][];
    for (int out = 0; out < outputs; out++) {
      weights[out] = new float[] {127, out % 100, -(out % 50)};
    }

    ByteBuffer values = StoredBytes.of(new RowQuantization(matrix(weights)).values());

    for (int out = 0; out < outputs; out += 997) {
      for (int in = 0; in < 3; in++) {
        assertThat(values.get(in * outputs + out)).isEqualTo((byte) weights[out][in]);
      }
    }
  }

  @Test
  void refusesWhatHasNoScale() {
    float[][] weights = {{1, Float.NaN}};

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> StoredBytes.of(new RowQuantization(matrix(weights)).values()))
        .withMessageContaining("not finite");
  }

  private static FloatValues matrix(float[][] rows) {
    return new FloatValues(
        List.of((long) rows.length, (long) rows[0].length),
        sink -> {
          for (float[] row : rows) {
            sink.put(row);
          }
        });
  }
}
