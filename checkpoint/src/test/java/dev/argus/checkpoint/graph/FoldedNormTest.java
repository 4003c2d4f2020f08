package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FoldedNormTest {

  @Test
  void layersGiveTheSameAfterwards() throws IOException {
    float[] gain = {2, -3, 0.5f};
    float[] shift = {0.25f, 1, -4};
    FoldedNorm norm = new FoldedNorm(new Affine(values(gain, 3), values(shift, 3)));
    FloatValues first = values(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    FloatValues second = values(new float[] {-1, 0, 1}, 1, 3);
    float[] x = {0.3f, -0.7f, 1.1f};

    assertThat(norm.rest().weight().toArray()).containsExactly(1, 1, 1);
    assertThat(norm.rest().bias().toArray()).containsExactly(0, 0, 0);
    float[] weights = norm.weight(first).toArray();
    float[] last = norm.weight(second).toArray();
    float[] bias = norm.bias(values(new float[] {10, 20, 30}, 3), List.of(first, second)).toArray();
    float[] in = new float[3];
    for (int i = 0; i < 3; i++) {
      in[i] = gain[i] * x[i] + shift[i];
    }
    assertThat(bias).hasSize(3);
    assertThat(dot(weights, 0, x) + bias[0])
        .isCloseTo(dot(first.toArray(), 0, in) + 10, within(1e-4f));
    assertThat(dot(weights, 3, x) + bias[1])
        .isCloseTo(dot(first.toArray(), 3, in) + 20, within(1e-4f));
    assertThat(dot(last, 0, x) + bias[2])
        .isCloseTo(dot(second.toArray(), 0, in) + 30, within(1e-4f));
  }

  private static float dot(float[] matrix, int from, float[] x) {
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix[from + i] * x[i];
    }
    return sum;
  }

  private static FloatValues values(float[] values, long... shape) {
    return new FloatValues(Arrays.stream(shape).boxed().toList(), sink -> sink.put(values));
  }
}
