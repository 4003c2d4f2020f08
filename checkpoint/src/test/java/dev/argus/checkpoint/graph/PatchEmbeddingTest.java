package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.weights.RawSafetensors;
import dev.argus.checkpoint.weights.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PatchEmbeddingTest {
  private static final int HIDDEN = 2;
  private static final int PATCH = 2;
  private static final int AREA = PATCH * PATCH;
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> DEVIATION = List.of(0.229, 0.224, 0.225);
  private static final VisionConfig CONFIG =
      new VisionConfig(HIDDEN, 4, 1, 1, 2 * PATCH, PATCH, 1e-6, 2, MEAN, DEVIATION);

  @TempDir private Path directory;
  private final Random random = new Random(1);

  @Test
  void rawPixelsGiveWhatNormalisedPixelsGave() throws IOException {
    float[] weight = randomFloats(HIDDEN * 3 * AREA);
    float[] bias = randomFloats(HIDDEN);
    float[] positions = randomFloats(4 * HIDDEN);
    write(weight, bias, positions);
    int[] pixels = random.ints(3 * AREA, 0, 256).toArray(); // [channel, y, x]

    try (Weights weights = Weights.open(directory)) {
      PatchEmbedding embedding =
          new PatchEmbedding(
              CONFIG, weights.tensor("weight"), weights.tensor("bias"), weights.tensor("table"));
      List<Float> projection = collect(embedding.projection());
      List<Float> offsets = collect(embedding.offsets());

      for (int position = 0; position < 4; position++) {
        for (int out = 0; out < HIDDEN; out++) {
          double expected = bias[out] + positions[position * HIDDEN + out];
          double actual = offsets.get(position * HIDDEN + out);
          for (int channel = 0; channel < 3; channel++) {
            for (int at = 0; at < AREA; at++) {
              int pixel = pixels[channel * AREA + at];
              double normalised = (pixel / 255.0 - MEAN.get(channel)) / DEVIATION.get(channel);
              expected += weight[(out * 3 + channel) * AREA + at] * normalised;
              actual += (double) projection.get((out * AREA + at) * 3 + channel) * pixel;
            }
          }
          assertThat(actual).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  private static List<Float> collect(FloatValues values) throws IOException {
    List<Float> all = new ArrayList<>();
    values
        .source()
        .writeTo((row, offset, count) -> {
          for (int i = 0; i < count; i++) {
            all.add(row[offset + i]);
          }
        });
    return all;
  }

  private float[] randomFloats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return values;
  }

  private void write(float[] weight, float[] bias, float[] positions) {
    ByteBuffer data =
        ByteBuffer.allocate(4 * (weight.length + bias.length + positions.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(weight).put(bias).put(positions);
    RawSafetensors.write(
        directory.resolve("model.safetensors"),
        """
        {"weight":{"dtype":"F32","shape":[2,3,2,2],"data_offsets":[0,96]},
         "bias":{"dtype":"F32","shape":[2],"data_offsets":[96,104]},
         "table":{"dtype":"F32","shape":[4,2],"data_offsets":[104,136]}}\
        """,
        data.array());
  }
}
