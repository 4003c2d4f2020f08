package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it is told which field is wrong, and the server goes on serving. */
final class BadInputTest {
  private static final String MODEL = "tiny-idefics3";
  private static final GoldenCase GOOD = GoldenCase.of(MODEL, "C_text_only");

  private static AllInOne system;

  @BeforeAll
  static void start() {
    system =
        AllInOne.start(
            AllInOneSettings.defaults(Map.of(MODEL, Golden.path(MODEL))),
            Telemetry.off(),
            BuildProgress.SILENT);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isRefusedNamingTheField(Bad bad) {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> WholeAnswer.to(bad.request, system.gateway()));

    assertThat(refused.getStatus().getCode()).isEqualTo(bad.code);
    assertThat(refused.getStatus().getDescription()).contains(bad.field);
    assertThat(WholeAnswer.to(GOOD.request(), system.gateway()).ids()).isEqualTo(GOOD.expected());
  }

  static Stream<Bad> requests() {
    String data = "messages[0].content[0].image.data";
    return Stream.of(
        new Bad("not a picture", picture(BrokenPictures.notAPicture()), data),
        new Bad("a truncated JPEG", picture(BrokenPictures.truncatedJpeg()), data),
        new Bad("a PNG bomb", picture(BrokenPictures.pngBomb()), data),
        new Bad("a picture of no bytes", picture(ByteString.EMPTY), data),
        new Bad("a part of no kind", ask(Part.getDefaultInstance()), "messages[0].content[0]"),
        new Bad("no message", GenerateRequest.newBuilder().setModel(MODEL), "messages"),
        new Bad("an unknown model", text("Hi").setModel("gpt-9"), Code.NOT_FOUND, "gpt-9"),
        new Bad("10 MB of text", text("a ".repeat(5 << 20)), "messages"),
        new Bad("more tokens than the context holds", text("fox ".repeat(100_000)), "messages"),
        new Bad(
            "negative max_tokens",
            text("Hi").setSampling(Sampling.newBuilder().setMaxTokens(-1)),
            "sampling.max_tokens"),
        new Bad(
            "a temperature that is not a number",
            text("Hi").setSampling(Sampling.newBuilder().setTemperature(Float.NaN)),
            "sampling.temperature"),
        new Bad(
            "a probability above 1",
            text("Hi").setSampling(Sampling.newBuilder().setTopP(1.5f)),
            "sampling.top_p"));
  }

  private static GenerateRequest.Builder picture(ByteString data) {
    return ask(Part.newBuilder().setImage(Image.newBuilder().setData(data)).build());
  }

  private static GenerateRequest.Builder text(String text) {
    return ask(Part.newBuilder().setText(text).build());
  }

  private static GenerateRequest.Builder ask(Part part) {
    return GenerateRequest.newBuilder()
        .setModel(MODEL)
        .addMessages(Message.newBuilder().setRole(Role.ROLE_USER).addContent(part));
  }

  /**
   * A request that must be refused.
   *
   * @param field what the message must contain
   */
  record Bad(String name, GenerateRequest request, Code code, String field) {
    Bad(String name, GenerateRequest.Builder request, String field) {
      this(name, request, Code.INVALID_ARGUMENT, field);
    }

    Bad(String name, GenerateRequest.Builder request, Code code, String field) {
      this(name, request.build(), code, field);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
