package dev.argus.bench.split;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SplitCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void comparesOneProcessWithFour(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("split.json");

    int code =
        execute(
            "--model=" + Golden.repository().resolve("models/argus-tiny"),
            "--precision=fp32",
            "--picture-size=384x192",
            "--output-len=4",
            "--runs=1",
            "--warm-ups=0",
            "--clients=2",
            "--rounds=1",
            "--json=" + json);

    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("time to first token (ms)", "requests/s", "Target: at most 5 % apart");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("alone"))
        .hasSize(4)
        .allSatisfy(each -> assertThat(each.path("ratio").asDouble()).isPositive());
    assertThat(report.path("together")).hasSize(2);
    long tiles = report.path("tileBytes").asLong();
    long features = report.path("featureBytes").asLong();
    JsonNode hops = report.path("hops");
    assertThat(hops.findValuesAsText("name"))
        .containsExactly(
            "client - gateway", "gateway - preprocess", "gateway - encoder", "gateway - decoder");
    // A few more, for frames, digests and layout.
    assertThat(hops.path(1).path("back").asLong()).isBetween(tiles, tiles + tiles / 5);
    assertThat(hops.path(2).path("there").asLong()).isBetween(tiles, tiles + tiles / 5);
    assertThat(hops.path(2).path("back").asLong()).isBetween(features, features + features / 5);
    assertThat(hops.path(3).path("there").asLong()).isBetween(features, features + features / 5);
  }

  @Test
  void refusesAnswersWithoutASecondToken() {
    assertThat(execute("--output-len=1")).isEqualTo(2);
  }

  private int execute(String... arguments) {
    return new CommandLine(new SplitCommand(Path::of))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(arguments);
  }
}
