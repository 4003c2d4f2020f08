package dev.argus.checkpoint.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.testdata.Golden;
import org.junit.jupiter.api.Test;

final class ChannelOrderTest {

  /** What reorders features reorders the weights that multiply them. */
  @Test
  void bringsBothReferencesToOneOrder() {
    for (JsonNode example : Golden.json("units/pixel_shuffle.json").get("cases")) {
      int square = example.get("factor").asInt() * example.get("factor").asInt();
      int channels = example.get("channels").asInt();
      JsonNode patchMajor = example.get("idefics3_pixel_shuffle");
      JsonNode channelMajor = example.get("torch_pixel_unshuffle_tokens");
      for (int token = 0; token < patchMajor.size(); token++) {
        float[] expected = floats(patchMajor.get(token));

        assertThat(
                ChannelOrder.CHANNEL_MAJOR.toPatchMajor(
                    floats(channelMajor.get(token)), square, channels))
            .isEqualTo(expected);
        assertThat(ChannelOrder.PATCH_MAJOR.toPatchMajor(expected.clone(), square, channels))
            .isEqualTo(expected);
      }
    }
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
