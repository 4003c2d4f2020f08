package dev.argus.preprocess.core.tile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.testdata.Golden;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {
  private static final JsonNode RESIZE = Golden.json("units/resize.json");
  private static final byte[] DATA = Golden.bytes("units/resize.bin");

  static Stream<JsonNode> pillowResults() {
    return StreamSupport.stream(RESIZE.get("cases").spliterator(), false)
        .filter(result -> !result.get("mode").asText().equals("RGBA"));
  }

  @ParameterizedTest
  @MethodSource("pillowResults")
  void equalsPillowByteForByte(JsonNode result) {
    String mode = result.get("mode").asText();
    RgbImage source = image(RESIZE.at("/src/" + mode), "size_wh", mode);
    RgbImage expected = image(result, "to_wh", mode);
    Filter filter = Filter.valueOf(result.get("filter").asText().toUpperCase(Locale.ROOT));

    RgbImage actual = Resampler.resize(source, expected.size(), filter);

    assertThat(actual.pixels()).isEqualTo(expected.pixels());
  }

  @Test
  void copiesNothingWhenTheSizeStays() {
    RgbImage image = new RgbImage(new byte[3 * 4 * 5], 4, 5);

    assertThat(Resampler.resize(image, new Size(4, 5), Filter.LANCZOS)).isSameAs(image);
  }

  @Test
  void keepsAFlatColourFlat() {
    byte[] pixels = new byte[3 * 50 * 40];
    Arrays.fill(pixels, (byte) 200);

    for (Filter filter : Filter.values()) {
      RgbImage resized = Resampler.resize(new RgbImage(pixels, 50, 40), new Size(33, 71), filter);

      assertThat(resized.pixels()).containsOnly((byte) 200);
    }
  }

  private static RgbImage image(JsonNode entry, String sizeField, String mode) {
    int offset = entry.get("offset").asInt();
    byte[] bytes = Arrays.copyOfRange(DATA, offset, offset + entry.get("nbytes").asInt());
    JsonNode size = entry.get(sizeField);
    return new RgbImage(
        mode.equals("L") ? tripled(bytes) : bytes, size.get(0).asInt(), size.get(1).asInt());
  }

  private static byte[] tripled(byte[] grey) {
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = grey[i / 3];
    }
    return rgb;
  }
}
