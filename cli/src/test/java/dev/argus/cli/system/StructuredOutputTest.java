package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.Box;
import dev.argus.v1.FinishReason;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Region;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Answers in a form by argus-tiny, through all stages. */
@TestInstance(Lifecycle.PER_CLASS)
final class StructuredOutputTest {
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final AllInOne system =
      AllInOne.start(
          AllInOneSettings.defaults(Map.of("argus-tiny", MODEL)),
          Telemetry.off(),
          BuildProgress.SILENT);

  @AfterAll
  void close() {
    system.close();
  }

  @Test
  void regionsAreWhereTheShapesAre() throws IOException {
    List<Region> regions = new ArrayList<>();
    WholeAnswer answer =
        WholeAnswer.to(
            regions(picture("four-shapes.png"), "Detect all shapes.", Sampling.newBuilder()),
            system.gateway(),
            event -> {
              if (event.hasRegion()) {
                regions.add(event.getRegion());
              }
            });

    assertThat(answer.completion().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    assertThat(regions)
        .extracting(Region::getLabel)
        .containsExactly("yellow circle", "orange square", "blue triangle", "green star");
    assertThat(regions)
        .allSatisfy(region -> {
          assertThat(region.getConfidence()).isBetween(0.1f, 1f);
          assertThat(answer.ids().subList(region.getEndToken() - 4, region.getEndToken()))
              .allMatch(id -> id >= 576);
          assertThat(area(region.getNormalizedBox())).isBetween(0.005, 0.5);
        });
    // The same tokens as without a form: the model keeps to it by itself.
    WholeAnswer free =
        WholeAnswer.to(
            regions(picture("four-shapes.png"), "Detect all shapes.", Sampling.newBuilder())
                .toBuilder()
                .clearResponseFormat()
                .build(),
            system.gateway());
    assertThat(answer.ids()).isEqualTo(free.ids());
  }

  /** The same picture, stored lying on its left side, with EXIF's word for how to turn it. */
  @Test
  void regionsOfATurnedPictureAreWhereItsFileHasThem() throws IOException {
    BufferedImage upright = ImageIO.read(MODEL.resolve("samples/four-shapes.png").toFile());
    BufferedImage stored = counterclockwise(upright);
    List<Region> asSeen = ask(picture("four-shapes.png"));
    List<Region> asStored = ask(picture(withOrientation(png(stored), 6)));

    assertThat(asStored).hasSize(4).hasSameSizeAs(asSeen);
    for (int i = 0; i < asSeen.size(); i++) {
      Box seen = asSeen.get(i).getBox();
      Box turned = asStored.get(i).getBox();
      assertThat(asStored.get(i).getNormalizedBox()).isEqualTo(asSeen.get(i).getNormalizedBox());
      assertThat(asStored.get(i).getLabel()).isEqualTo(asSeen.get(i).getLabel());
      assertThat(List.of(turned.getXMin(), turned.getYMin(), turned.getXMax(), turned.getYMax()))
          .usingElementComparator((a, b) -> Math.abs(a - b) < 0.01 ? 0 : Float.compare(a, b))
          .containsExactly(
              seen.getYMin(),
              upright.getWidth() - seen.getXMax(),
              seen.getYMax(),
              upright.getWidth() - seen.getXMin());
      assertThat(middle(stored, turned)).isEqualTo(middle(upright, seen));
    }
    assertThat(asSeen)
        .extracting(region -> middle(upright, region.getBox()))
        .doesNotHaveDuplicates();
  }

  private List<Region> ask(Part picture) {
    List<Region> regions = new ArrayList<>();
    WholeAnswer.to(
        regions(picture, "Detect all shapes.", Sampling.newBuilder()),
        system.gateway(),
        event -> {
          if (event.hasRegion()) {
            regions.add(event.getRegion());
          }
        });
    return regions;
  }

  /** The colour in a box's middle. */
  private static int middle(BufferedImage picture, Box box) {
    return picture.getRGB(
        (int) ((box.getXMin() + box.getXMax()) / 2), (int) ((box.getYMin() + box.getYMax()) / 2));
  }

  private static BufferedImage counterclockwise(BufferedImage upright) {
    BufferedImage turned =
        new BufferedImage(upright.getHeight(), upright.getWidth(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < upright.getHeight(); y++) {
      for (int x = 0; x < upright.getWidth(); x++) {
        turned.setRGB(y, upright.getWidth() - 1 - x, upright.getRGB(x, y));
      }
    }
    return turned;
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", file);
    return file.toByteArray();
  }

  /** A PNG with an eXIf chunk behind its header. */
  private static byte[] withOrientation(byte[] png, int orientation) {
    int header = 8 + 12 + 13; // The signature, and a chunk of 13 bytes.
    ByteBuffer exif = ByteBuffer.allocate(26);
    exif.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    byte[] content =
        ByteBuffer.allocate(4 + 26)
            .put("eXIf".getBytes(StandardCharsets.US_ASCII))
            .put(exif.array())
            .array();
    CRC32 sum = new CRC32();
    sum.update(content);
    return ByteBuffer.allocate(png.length + 12 + 26)
        .put(png, 0, header)
        .putInt(26)
        .put(content)
        .putInt((int) sum.getValue())
        .put(png, header, png.length - header)
        .array();
  }

  private static double area(Box box) {
    return (box.getXMax() - box.getXMin()) * (box.getYMax() - box.getYMin());
  }

  @Test
  void atTemperatureTwoEveryAnswerIsStillRegions() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      List<Region> regions = new ArrayList<>();
      WholeAnswer answer =
          WholeAnswer.to(
              regions(picture("two-shapes.png"), "Detect all shapes.", hot(seed, 60)),
              system.gateway(),
              event -> {
                if (event.hasRegion()) {
                  regions.add(event.getRegion());
                }
              });
      String one = "[^;<>]+(<loc_\\d+>){4}";
      boolean whole = answer.text().matches(one + "(; ?" + one + ")*|[^;<>]+\\.");
      boolean cut = answer.completion().getFinishReason() == FinishReason.FINISH_REASON_LENGTH;
      assertThat(whole || cut).as(answer.text()).isTrue();
      assertThat(regions).hasSize(answer.text().split("(<loc_\\d+>){4}", -1).length - 1);
    }
  }

  @Test
  void atTemperatureTwoEveryAnswerIsValidByItsSchema() throws IOException {
    try (Stream<Path> files = Files.list(Golden.repository().resolve("testdata/schemas"))) {
      for (Path file : files.sorted().toList()) {
        String schema = Files.readString(file);
        var validator = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema);
        for (int seed = 0; seed < 3; seed++) {
          WholeAnswer answer =
              WholeAnswer.to(schema(schema, hot(seed, 300 + 100 * seed)), system.gateway());
          JsonNode value = JSON.readTree(answer.text());
          assertThat(validator.validate(value)).as(answer.text()).isEmpty();
        }
      }
    }
  }

  @Test
  void aSchemaThatCannotBeKeptIsTheClientsMistake() {
    assertThatThrownBy(
            () -> WholeAnswer.to(schema("{\"not\": {}}", Sampling.newBuilder()), system.gateway()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getMessage())
                  .contains("response_format.json_schema.schema at $.not is not supported here");
            });
  }

  private static Sampling.Builder hot(int seed, int maxTokens) {
    return Sampling.newBuilder().setTemperature(2).setSeed(seed).setMaxTokens(maxTokens);
  }

  private static GenerateRequest regions(Part picture, String question, Sampling.Builder sampling) {
    return request(sampling, picture, text(question))
        .setResponseFormat(ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance()))
        .build();
  }

  private static GenerateRequest schema(String schema, Sampling.Builder sampling) {
    return request(sampling, text("What is there?"))
        .setResponseFormat(
            ResponseFormat.newBuilder().setJsonSchema(JsonSchema.newBuilder().setSchema(schema)))
        .build();
  }

  private static GenerateRequest.Builder request(Sampling.Builder sampling, Part... parts) {
    return GenerateRequest.newBuilder()
        .setSampling(sampling)
        .addMessages(Message.newBuilder().setRole(Role.ROLE_USER).addAllContent(List.of(parts)));
  }

  private static Part text(String text) {
    return Part.newBuilder().setText(text).build();
  }

  private static Part picture(String name) throws IOException {
    return picture(Files.readAllBytes(MODEL.resolve("samples").resolve(name)));
  }

  private static Part picture(byte[] file) {
    return Part.newBuilder()
        .setImage(Image.newBuilder().setData(ByteString.copyFrom(file)))
        .build();
  }
}
