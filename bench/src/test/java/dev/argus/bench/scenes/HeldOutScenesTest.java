package dev.argus.bench.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/**
 * What argus-tiny knows of scenes that it was not trained on, asked through all stages: a seventh
 * of them, as all take a minute or more at each precision ({@code argus bench scenes}).
 */
final class HeldOutScenesTest {
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final Path SCENES = MODEL.resolve("training/heldout");
  private static final int EVERY = 7;

  private static final Map<String, Double> LEAST_EXACT =
      Map.ofEntries(
          Map.entry("colour", 95.0),
          Map.entry("shape", 95.0),
          Map.entry("exists", 95.0),
          Map.entry("where", 95.0),
          Map.entry("count", 95.0),
          Map.entry("compare", 95.0),
          Map.entry("describe", 90.0),
          Map.entry("read", 95.0),
          Map.entry(Exam.TEXT_THERE, 90.0),
          Map.entry(Exam.ABSENT, 95.0));

  private static final double LEAST_FOUND = 90;
  private static final double LEAST_OVERLAP = 0.75;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "W8A8", "INT4"})
  void answersAsManyHeldOutQuestionsAsItsCardSays(Precision precision)
      throws IOException, InterruptedException {
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of("argus-tiny", MODEL)).withPrecision(precision);
    Map<String, Score> scores;
    try (AllInOne system = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT)) {
      scores = Exam.take(SceneQuestion.readAll(SCENES, EVERY), system.gateway(), () -> {});
    }

    LEAST_EXACT.forEach((row, least) ->
        assertThat(scores.getOrDefault(row, Score.NONE).exactPercent())
            .as(row)
            .isGreaterThanOrEqualTo(least));
    Score dense = scores.getOrDefault("dense", Score.NONE);
    assertThat(dense.foundPercent()).isGreaterThanOrEqualTo(LEAST_FOUND);
    assertThat(dense.meanOverlap()).isGreaterThanOrEqualTo(LEAST_OVERLAP);
  }

  @Test
  void theCommandPrintsATable() {
    StringWriter out = new StringWriter();

    int code =
        new CommandLine(new ScenesCommand(_ -> MODEL))
            .setOut(new PrintWriter(out))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(SCENES.toString(), "--every", "200", "--precision", "int8");

    assertThat(code).isZero();
    assertThat(out.toString())
        .containsSubsequence("argus-tiny at int8, greedy", "QUESTIONS", "colour", "dense", "where");
  }
}
