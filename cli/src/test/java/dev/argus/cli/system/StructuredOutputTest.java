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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    byte[] file = Files.readAllBytes(MODEL.resolve("samples").resolve(name));
    return Part.newBuilder()
        .setImage(Image.newBuilder().setData(ByteString.copyFrom(file)))
        .build();
  }
}
