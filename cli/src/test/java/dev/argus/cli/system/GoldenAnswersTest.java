package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.ExportProgress;
import dev.argus.checkpoint.export.HubExport;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.FinishReason;
import dev.argus.v1.GenerateRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The answers of the whole pipeline are the reference implementation's, token for token. */
final class GoldenAnswersTest {
  private static final List<String> CHECKPOINTS =
      List.of(
          "tiny-idefics3",
          "tiny-idefics3-512",
          "tiny-internvl",
          "tiny-internvl-448",
          "tiny-internvl-remote");

  private static final String EXPORTED = "tiny-idefics3";
  private static final String EXPORT = "tiny-idefics3-onnx";

  private static AllInOne system;

  @BeforeAll
  static void start(@TempDir Path folder) {
    system =
        AllInOne.start(
            AllInOneSettings.defaults(models(folder)), Telemetry.off(), BuildProgress.SILENT);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheReferenceDoes(GoldenCase golden) {
    WholeAnswer answer = WholeAnswer.to(golden.request(), system.gateway());

    assertThat(answer.ids()).isEqualTo(golden.expected());
    assertThat(answer.completion().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    assertThat(answer.completion().getUsage().getPromptTokens()).isEqualTo(golden.promptTokens());
    assertThat(answer.completion().getUsage().getCompletionTokens())
        .isEqualTo(golden.expected().size());
    assertThat(answer.completion().getModel()).isEqualTo(golden.checkpoint());
  }

  @ParameterizedTest
  @MethodSource("exportedCases")
  void anExportAnswersAsTheReferenceDoes(GoldenCase golden) {
    GenerateRequest request = golden.request().toBuilder().setModel(EXPORT).build();

    WholeAnswer answer = WholeAnswer.to(request, system.gateway());

    assertThat(answer.ids()).isEqualTo(golden.expected());
    assertThat(answer.completion().getUsage().getPromptTokens()).isEqualTo(golden.promptTokens());
  }

  static Stream<GoldenCase> exportedCases() {
    return GoldenCase.of(EXPORTED);
  }

  static Stream<GoldenCase> cases() {
    return CHECKPOINTS.stream().flatMap(GoldenCase::of);
  }

  /** Copies, so that no graph is used that was built before. */
  private static Map<String, Path> models(Path folder) {
    Map<String, Path> models = new LinkedHashMap<>();
    for (String name : CHECKPOINTS) {
      models.put(name, copyOf(name, folder));
    }
    Path export = folder.resolve(EXPORT);
    HubExport.write(Checkpoint.open(Golden.path(EXPORTED)), export, ExportProgress.SILENT);
    models.put(EXPORT, export);
    return models;
  }

  /** A copy of a checkpoint, in a folder of its own. */
  static Path copyOf(String checkpoint, Path copies) {
    try {
      Path copy = Files.createDirectory(copies.resolve(checkpoint));
      Golden.copy(checkpoint, copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
