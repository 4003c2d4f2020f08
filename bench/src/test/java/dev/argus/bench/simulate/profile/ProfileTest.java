package dev.argus.bench.simulate.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.argus.gateway.grpc.routing.RoutingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class ProfileTest {
  static final List<String> SHIPPED = Profile.SHIPPED;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void thoseThatComeAlongAreRead(String name) throws IOException {
    assertThat(Profile.read(name).source()).contains("measured");
  }

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void theyRouteAsTheGatewayDoes(String name) throws IOException {
    assertThat(Profile.read(name).routing())
        .isEqualTo(
            new Routing(
                RoutingSettings.DEFAULT.loadFactor(),
                RoutingSettings.DEFAULT.encoderLightLoad(),
                RoutingSettings.DEFAULT.decoderLightLoad()));
  }

  @Test
  void curvesAreStraightBetweenPointsAndGoOn() {
    Curve curve = new Curve(List.of(List.of(1.0, 10.0), List.of(3.0, 20.0), List.of(4.0, 40.0)));

    assertThat(curve.at(0)).isEqualTo(10);
    assertThat(curve.at(2)).isEqualTo(15);
    assertThat(curve.at(3)).isEqualTo(20);
    assertThat(curve.at(6)).isEqualTo(80);
    assertThat(curve.times(2).at(2)).isEqualTo(30);
    assertThat(Curve.constant(5).at(9)).isEqualTo(5);
  }

  @Test
  void curvesGoByAscendingX() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Curve(List.of(List.of(2.0, 1.0), List.of(1.0, 1.0))))
        .withMessageContaining("ascending x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Curve(List.of()))
        .withMessageContaining("at least one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"slots\": 8 | \"slots\": 0 | decoding.slots must be 1 or more",
        "\"slots\": 8 | \"slots\": 8, \"solts\": 8 | solts",
        "\"hopsMs\": 5, | '' | hopsMs",
        "\"encoder\": 0.7 | \"encoder\": 0 | targets must be above 0",
        "\"tiles\": 13 | \"tiles\": 0 | questions.tiles must be 1 or more",
        "[1, 11.4] | [1] | a curve is a list of points",
        "\"encoder\": {\"cpus\": 2, \"gpus\": 0} | \"encoder\": {\"cpus\": 2, \"gpus\": 1} | have a GPU each, or none",
      })
  void whatIsWrongIsTold(String right, String wrong, String message) throws IOException {
    String shipped;
    try (var json = Profile.class.getResourceAsStream("smolvlm-256m-cpu.json")) {
      shipped = new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path file = folder.resolve("profile.json");
    assertThat(shipped).contains(right);
    Files.writeString(file, shipped.replace(right, wrong));

    assertThatIOException()
        .isThrownBy(() -> Profile.read(file.toString()))
        .withMessageContaining("profile.json")
        .withMessageContaining(message);
  }

  @Test
  void saysWhichThereAre() {
    assertThatIOException()
        .isThrownBy(() -> Profile.read("other"))
        .withMessageContaining("smolvlm-256m-cpu");
  }
}
