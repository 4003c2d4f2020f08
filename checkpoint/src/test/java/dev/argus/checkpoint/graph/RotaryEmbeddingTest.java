package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotaryEmbeddingTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void rotatesAsTheReferenceDoes(int index) throws IOException {
    JsonNode example = Golden.json("units/rope.json").get("cases").get(index);
    TextConfig config =
        Checkpoint.open(Golden.path(example.get("checkpoint").asText())).config().text();
    RotaryEmbedding rotary = new RotaryEmbedding(config);
    List<float[]> cosines = rows(rotary.cosines());
    List<float[]> sines = rows(rotary.sines());
    int half = config.headDim() / 2;

    assertThat(cosines).hasSize(config.contextLength());
    for (int p = 0; p < example.get("positions").size(); p++) {
      int position = example.get("positions").get(p).asInt();
      for (int i = 0; i < half; i++) {
        int low = p * 2 * half + i;
        double x = example.get("q_in").get(low).asDouble();
        double y = example.get("q_in").get(low + half).asDouble();
        double cosine = cosines.get(position)[i];
        double sine = sines.get(position)[i];

        assertThat(x * cosine - y * sine)
            .as("position %d, channel %d", position, i)
            .isCloseTo(example.get("q_out").get(low).asDouble(), within(1e-6));
        assertThat(y * cosine + x * sine)
            .isCloseTo(example.get("q_out").get(low + half).asDouble(), within(1e-6));
      }
    }
  }

  private static List<float[]> rows(FloatValues values) throws IOException {
    List<float[]> rows = new ArrayList<>();
    values
        .source()
        .writeTo((row, offset, count) -> rows.add(Arrays.copyOfRange(row, offset, offset + count)));
    return rows;
  }
}
