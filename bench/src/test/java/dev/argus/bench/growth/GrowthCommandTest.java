package dev.argus.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class GrowthCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void fitsALineToEachGrowth(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("growth.json");
    Path plot = folder.resolve("growth.png");

    int code =
        execute(
            "--model=" + Golden.path("tiny-idefics3"),
            "--prompt-lengths=32,64,100000",
            "--runs=1",
            "--warm-ups=0",
            "--json=" + json,
            "--plot=" + plot);

    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString()).contains("The line: ", "Farthest from it: ", "prefill");
    JsonNode growths = new ObjectMapper().readTree(json.toFile()).path("growths");
    assertThat(growths.findValuesAsText("axis")).containsExactly("TILES", "PROMPT", "PICTURES");
    assertThat(counts(growths.path(0))).containsExactly(1, 5, 9, 13, 17);
    // The longest text is cut to what a slot of 4096 tokens has room for.
    assertThat(counts(growths.path(1)))
        .satisfiesExactly(
            first -> assertThat(first).isBetween(32, 60),
            second -> assertThat(second).isBetween(64, 95),
            third -> assertThat(third).isBetween(3900, 4095));
    assertThat(counts(growths.path(2))).containsExactly(1, 2, 3, 4);
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void refusesAnEmptyText() {
    assertThat(execute("--prompt-lengths=0,5")).isEqualTo(2);
  }

  private static List<Integer> counts(JsonNode growth) {
    return StreamSupport.stream(growth.path("points").spliterator(), false)
        .map(point -> point.path("x").asInt())
        .toList();
  }

  private int execute(String... arguments) {
    return new CommandLine(new GrowthCommand(Path::of))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(arguments);
  }
}
