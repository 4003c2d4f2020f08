package dev.argus.preprocess.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.testdata.Golden;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every picture of the reference data, as {@code load_image} and as plain Pillow decode it. */
class GoldenDecodeTest {
  private static final JsonNode IMAGES = Golden.json("decode/decode.json").get("images");

  static Stream<String> names() {
    return StreamSupport.stream(((Iterable<String>) IMAGES::fieldNames).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsLoadImage(String name) throws Exception {
    JsonNode expected = IMAGES.get(name).get("load_image_exif_transpose_then_rgb");
    ImageFile file = ImageFile.parse(Golden.bytes("images/" + name));

    assertThat(file.size()).isEqualTo(size(expected));
    assertSamePixels(file.decode(), expected);
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsPillowBeforeTheOrientationIsApplied(String name) throws Exception {
    JsonNode expected = IMAGES.get(name).get("open_convert_rgb_no_exif");
    ImageFile file = ImageFile.parse(Golden.bytes("images/" + name));

    assertThat(file.storedSize()).isEqualTo(size(expected));
    assertSamePixels(file.decodeStored(), expected);
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsTheOrientation(String name) throws Exception {
    int tag = IMAGES.get(name).get("exif_orientation").asInt(1);
    ImageFile file = ImageFile.parse(Golden.bytes("images/" + name));

    assertThat(file.orientation()).isEqualTo(Orientation.ofTag(tag));
  }

  private static void assertSamePixels(RgbImage image, JsonNode expected) throws Exception {
    for (JsonNode pixel : expected.get("pixels")) {
      int at = image.rowOffset(pixel.get(1).asInt()) + 3 * pixel.get(0).asInt();
      for (int channel = 0; channel < 3; channel++) {
        assertThat(image.pixels()[at + channel] & 0xff).isEqualTo(pixel.get(2 + channel).asInt());
      }
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.pixels());
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(expected.get("rgb_hwc_sha256").asText());
  }

  private static Size size(JsonNode expected) {
    JsonNode size = expected.get("size_wh");
    return new Size(size.get(0).asInt(), size.get(1).asInt());
  }
}
