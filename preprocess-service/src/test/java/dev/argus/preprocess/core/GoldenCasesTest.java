package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.tile.Tile;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The conversations that the reference models answered: several pictures, several turns, none at
 * all. Tiles are compared as the float32 tensors that the reference models saw.
 */
class GoldenCasesTest {
  /** What the reference multiplies a pixel by, in float64, before it rounds to float32. */
  private static final double RESCALE = 0.00392156862745098;

  static Stream<Arguments> cases() {
    return Stream.of("tiny-idefics3", "tiny-idefics3-512", "tiny-internvl", "tiny-internvl-448")
        .flatMap(checkpoint ->
            StreamSupport.stream(
                    ((Iterable<String>) cases(checkpoint)::fieldNames).spliterator(), false)
                .map(name -> Arguments.of(checkpoint, name)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsWhatTheReferenceModelSaw(String checkpoint, String name) throws Exception {
    JsonNode expected = cases(checkpoint).get(name);
    RecordingSink sink = new RecordingSink();

    try (Preprocessor preprocessor = Fixtures.preprocessor()) {
      preprocessor.preprocess(
          conversation(expected), Fixtures.model(checkpoint), Timeline.start(), sink);
    }

    assertThat(sink.prompt().layout().tokenIds())
        .isEqualTo(Golden.expandRunLengths(expected.get("input_ids_rle")));
    if (expected.has("pixel_values_f32le_sha256")) {
      assertThat(normalised(sink.tiles(), Golden.json(checkpoint + "/preprocessor_config.json")))
          .isEqualTo(expected.get("pixel_values_f32le_sha256").asText());
    }
  }

  private static JsonNode cases(String checkpoint) {
    return Golden.json(checkpoint + "/golden.json").get("cases");
  }

  private static Conversation conversation(JsonNode expected) {
    boolean whole =
        expected.at("/image_kwargs/do_image_splitting").asText().equals("false")
            || expected.at("/image_kwargs/crop_to_patches").asText().equals("false");
    Iterator<JsonNode> images = expected.get("images").iterator();
    List<Conversation.Turn> turns = new ArrayList<>();
    for (JsonNode message : expected.get("messages")) {
      List<Conversation.Part> parts = new ArrayList<>();
      for (JsonNode part : message.get("content")) {
        parts.add(
            part.get("type").asText().equals("image")
                ? Fixtures.picture(images.next().asText(), whole ? Detail.LOW : Detail.AUTO)
                : Fixtures.text(part.get("text").asText()));
      }
      Role role = Role.valueOf(message.get("role").asText().toUpperCase(Locale.ROOT));
      turns.add(new Conversation.Turn(role, parts));
    }
    return new Conversation(turns);
  }

  /** SHA-256 of the tiles as float32, layout [tiles, channels, rows, columns]. */
  private static String normalised(List<Tile> tiles, JsonNode settings) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Tile tile : tiles) {
      for (int channel = 0; channel < 3; channel++) {
        float mean = (float) settings.get("image_mean").get(channel).asDouble();
        float deviation = (float) settings.get("image_std").get(channel).asDouble();
        ByteBuffer plane =
            ByteBuffer.allocate(4 * tile.side() * tile.side()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = channel; at < tile.pixels().length; at += 3) {
          float value = (float) ((tile.pixels()[at] & 0xff) * RESCALE);
          plane.putFloat((value - mean) / deviation);
        }
        digest.update(plane.flip());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
