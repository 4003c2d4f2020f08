package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.ImageFile;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.preprocess.core.tile.Resampler;
import dev.argus.testdata.Golden;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole conversations through the {@link Preprocessor}: every picture of the reference data, with
 * the real geometry of both architectures, byte for byte and id for id.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenPreprocessTest {
  private static final String QUESTION = "What is in this image?";
  private static final Map<String, String> CHECKPOINTS =
      Map.of("idefics3", "tiny-idefics3-512", "internvl", "tiny-internvl-448");

  private final Preprocessor preprocessor = Fixtures.preprocessor();
  private Map<String, ServedModel> models = Map.of();

  @BeforeAll
  void openModels() {
    models =
        Map.of(
            "idefics3", Fixtures.model(CHECKPOINTS.getOrDefault("idefics3", "")),
            "internvl", Fixtures.model(CHECKPOINTS.getOrDefault("internvl", "")));
  }

  @AfterAll
  void close() {
    preprocessor.close();
  }

  static Stream<Arguments> pictures() {
    return CHECKPOINTS.keySet().stream()
        .flatMap(architecture ->
            names(golden(architecture).get("images"))
                .map(name -> Arguments.of(architecture, name)));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void cutsAndPromptsAsTheReferenceDoes(String architecture, String name) {
    JsonNode expected = golden(architecture).get("images").get(name);

    RecordingSink sink = preprocess(architecture, name, Detail.AUTO);

    TilePlan plan = sink.prompt().plans().getFirst();
    assertThat(plan.source()).isEqualTo(size(expected.get("size_wh_seen")));
    assertThat(plan.tiles()).isEqualTo(expected.get("tile_count").asInt());
    assertThat(sink.digests()).isEqualTo(digests(expected));
    if (expected.has("rows")) {
      assertThat(plan.rows()).isEqualTo(expected.get("rows").asInt());
      assertThat(plan.columns()).isEqualTo(expected.get("cols").asInt());
    }
    assertThat(sink.prompt().layout().tokenIds())
        .isEqualTo(Golden.expandRunLengths(expected.get("input_ids_rle_tiny_tokenizer")));
  }

  @ParameterizedTest
  @MethodSource("wholePictures")
  void cutsOneTileWhenDetailIsLow(String name) {
    JsonNode expected = golden("idefics3").at("/do_image_splitting_false/images").get(name);

    RecordingSink sink = preprocess("idefics3", name, Detail.LOW);

    assertThat(sink.prompt().plans().getFirst().rows()).isZero();
    assertThat(sink.prompt().plans().getFirst().columns()).isZero();
    assertThat(sink.digests()).isEqualTo(digests(expected));
  }

  static Stream<String> wholePictures() {
    return names(golden("idefics3").at("/do_image_splitting_false/images"));
  }

  @ParameterizedTest
  @CsvSource({"idefics3, 1, 4", "internvl, 1, 12"})
  void isNotConfusedByAHeightOfThreePixels(String architecture, int rows, int columns) {
    JsonNode expected = golden(architecture).get("quirk_height_1_3_4");

    RecordingSink sink = preprocess(architecture, expected.get("file").asText(), Detail.AUTO);

    TilePlan plan = sink.prompt().plans().getFirst();
    assertThat(List.of(plan.rows(), plan.columns())).containsExactly(rows, columns);
    assertThat(sink.digests()).isEqualTo(texts(expected.get("5.18.0_u8_hwc_sha256")).toList());
  }

  @ParameterizedTest
  @MethodSource("idefics3Pictures")
  void resizesTwiceAsTheReferenceDoes(String name) throws Exception {
    JsonNode expected = golden("idefics3").get("images").get(name);
    TilePlan plan = preprocess("idefics3", name, Detail.AUTO).prompt().plans().getFirst();
    RgbImage picture = ImageFile.parse(Golden.bytes("images/" + name)).decode();

    RgbImage once = Resampler.resize(picture, plan.canvases().get(0), plan.filter());
    RgbImage twice = Resampler.resize(once, plan.canvases().get(1), plan.filter());

    assertThat(once.size()).isEqualTo(size(expected.get("resize1_wh")));
    assertThat(sha256(once)).isEqualTo(expected.get("resize1_u8_sha256").asText());
    assertThat(twice.size()).isEqualTo(size(expected.get("resize2_wh")));
    assertThat(sha256(twice)).isEqualTo(expected.get("resize2_u8_sha256").asText());
  }

  static Stream<String> idefics3Pictures() {
    return names(golden("idefics3").get("images"));
  }

  private RecordingSink preprocess(String architecture, String name, Detail detail) {
    RecordingSink sink = new RecordingSink();
    ServedModel model = models.get(architecture);
    if (model == null) {
      throw new AssertionError(architecture);
    }
    preprocessor.preprocess(
        Fixtures.asks(Fixtures.picture(name, detail), Fixtures.text(QUESTION)),
        model,
        Timeline.start(),
        sink);
    return sink;
  }

  private static JsonNode golden(String architecture) {
    return Golden.json("preprocess/" + architecture + ".json");
  }

  private static Stream<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false);
  }

  private static Stream<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
  }

  private static List<String> digests(JsonNode picture) {
    return StreamSupport.stream(picture.get("tiles").spliterator(), false)
        .map(tile -> tile.get("u8_hwc_sha256").asText())
        .toList();
  }

  private static Size size(JsonNode pair) {
    return new Size(pair.get(0).asInt(), pair.get(1).asInt());
  }

  private static String sha256(RgbImage image) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image.pixels()));
  }
}
