package dev.argus.preprocess.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.checkpoint.tiling.Size;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rare kinds of each format, against what Pillow makes of them; {@code formats/make.py} wrote both.
 */
class FormatCornersTest {
  private static final JsonNode EXPECTED = expected();

  static Stream<String> names() {
    return StreamSupport.stream(((Iterable<String>) EXPECTED::fieldNames).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsPillow(String name) throws Exception {
    JsonNode expected = EXPECTED.get(name);
    ImageFile file = ImageFile.parse(bytes(name));

    assertThat(file.storedSize()).isEqualTo(size(expected.get("stored_wh")));
    assertThat(file.size()).isEqualTo(size(expected.get("upright_wh")));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.decode().pixels());
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(expected.get("sha256").asText());
  }

  private static Size size(JsonNode pair) {
    return new Size(pair.get(0).asInt(), pair.get(1).asInt());
  }

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(bytes("expected.json"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = FormatCornersTest.class.getResourceAsStream("/formats/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
