package dev.argus.checkpoint.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.graph.FloatValues;
import dev.argus.checkpoint.weights.StoredTensor;
import dev.argus.checkpoint.weights.Weights;
import dev.argus.testdata.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TransposedTest {
  @Test
  void exchangesRowsAndColumns() throws IOException {
    try (Weights weights = Weights.open(Golden.path("tiny-idefics3"))) {
      StoredTensor matrix = weights.tensor("model.text_model.layers.0.self_attn.k_proj.weight");
      int rows = Math.toIntExact(matrix.info().shape().get(0));
      int columns = Math.toIntExact(matrix.info().shape().get(1));
      float[] original = matrix.toArray();
      float[] written = new float[original.length];
      int[] done = {0};

      FloatValues transposed = Transposed.of(matrix);
      transposed
          .source()
          .writeTo((values, offset, count) -> {
            System.arraycopy(values, offset, written, done[0], count);
            done[0] += count;
          });

      float[] expected = new float[original.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = original[i % rows * columns + i / rows];
      }
      assertThat(rows).isNotEqualTo(columns);
      assertThat(transposed.shape()).containsExactly((long) columns, (long) rows);
      assertThat(done[0]).isEqualTo(original.length);
      assertThat(written).isEqualTo(expected);
    }
  }
}
