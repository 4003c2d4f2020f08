package dev.argus.bench.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RecipesCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;

  @Test
  void addsOneRecipeAtATimeAndKeepsTheAnswers() throws IOException {
    Path json = folder.resolve("recipes.json");
    Path plot = folder.resolve("recipes.png");

    int code =
        run(Golden.path("tiny-idefics3"), "--json", json.toString(), "--plot", plot.toString());

    assertThat(code).isZero();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/steps").findValuesAsText("step"))
        .containsExactly(
            "default",
            "+ turbo-jpeg",
            "+ one-pass",
            "+ parallel-blocks",
            "+ early-blocks",
            "+ layout",
            "+ uint8",
            "+ fused-vision",
            "+ fused-decoder",
            "+ overlap",
            "+ precision",
            "+ feature-cache",
            "+ prefix-cache");
    for (JsonNode step : report.at("/steps")) {
      double stages = 0;
      for (JsonNode millis : step.at("/byStage")) {
        stages += millis.asDouble();
      }
      // Of one question, of two: its stages make up a time that was measured.
      assertThat(stages)
          .as(step.toString())
          .isBetween(step.at("/p10Ms").asDouble() * 0.7, step.at("/p90Ms").asDouble() * 1.5);
      if (step.at("/exact").asBoolean()) {
        assertThat(step.at("/agreement").asDouble()).as(step.toString()).isEqualTo(1);
      }
    }
    assertThat(report.at("/steps/0/byStage/TENSOR").asDouble()).isPositive();
    assertThat(report.at("/steps/6/byStage").has("TENSOR")).isFalse();
    assertThat(report.at("/steps/12/byStage").has("ENCODE")).isFalse();
    assertThat(report.at("/steps/9/atGpuSpeed").isNull()).isTrue();
    assertThat(report.at("/steps/0/atGpuSpeed/GPU").asDouble()).isEqualTo(22.8);
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isPositive();
    assertThat(out.toString())
        .containsSubsequence("Time to first token, ms", "+ prefix-cache", "At GPU speed, ms: NOT");
  }

  @Test
  void beginsWithItsOwnGraphsWhereNoExportCanBeWritten() {
    assertThat(run(Golden.path("tiny-internvl"), "--precision", "fp32")).isZero();

    assertThat(out.toString())
        .contains("The default has Argus's own graphs already")
        .doesNotContain("+ uint8", "+ precision", "DIFFER")
        .containsSubsequence("default", "+ layout", "+ overlap", "+ feature-cache");
  }

  @Test
  void refusesAnswersWithoutASecondToken() {
    assertThat(run(Golden.path("tiny-idefics3"), "--output-len", "1")).isEqualTo(2);
  }

  private int run(Path model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model",
                model.toString(),
                "--picture-size",
                "320x240",
                "--output-len",
                "6",
                "--runs",
                "2",
                "--threads",
                "2"));
    arguments.addAll(List.of(more));
    return new CommandLine(new RecipesCommand(Path::of))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true)
        .execute(arguments.toArray(String[]::new));
  }
}
