package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandsTest {
  private static final String MODEL = Golden.path("tiny-idefics3").toString();
  private static final String PICTURE = Golden.path("images/03_rgb_tiny_7x5.png").toString();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void describesAPictureAndTellsWhereTheTimeWent() {
    int code = execute("describe", PICTURE, "--model", MODEL, "--max-tokens", "8");

    assertThat(code).isZero();
    assertThat(out.toString()).isNotBlank().endsWith("\n");
    assertThat(err.toString()).contains("tiles · ").contains(" · prefill ").contains("8 tokens");
  }

  @Test
  void answersInAForm(@TempDir Path folder) {
    String[] question = {
      "describe", PICTURE, "--model", MODEL, "--choice", "yes", "--choice", "no"
    };

    assertThat(execute(question)).isZero();
    assertThat(out.toString()).isIn("yes\n", "no\n");
    question[question.length - 2] = "--regex";
    assertThat(execute(question)).isEqualTo(2);
    assertThat(err.toString()).contains("mutually exclusive");
    String missing = folder.resolve("missing.json").toString();
    assertThat(execute("describe", PICTURE, "--model", MODEL, "--schema", missing)).isEqualTo(1);
    assertThat(err.toString()).contains("cannot read " + missing);
  }

  @Test
  void exportsACheckpointAndServesTheExport(@TempDir Path folder) {
    String export = folder.resolve("tiny-onnx").toString();
    String[] question = {"describe", PICTURE, "--max-tokens", "8", "--model", MODEL};
    execute(question);
    String expected = out.toString();

    assertThat(execute("export", MODEL, export)).isZero();
    out.getBuffer().setLength(0);
    question[question.length - 1] = export;
    assertThat(execute(question)).isZero();
    assertThat(out.toString()).isEqualTo(expected);
    execute("models", "--dir", folder.toString());
    assertThat(out.toString()).contains("tiny-onnx").contains("an export's");
    assertThat(execute("export", MODEL, export)).isEqualTo(1);
    assertThat(err.toString()).endsWith("exists; an export is a directory of its own\n");
  }

  @Test
  void answersTheSameWhenAskedTheSame() {
    String[] question = {
      "describe",
      PICTURE,
      "--model",
      MODEL,
      "--max-tokens",
      "8",
      "--temperature",
      "1",
      "--seed",
      "7"
    };
    execute(question);
    String first = out.toString();
    out.getBuffer().setLength(0);
    execute(question);

    assertThat(out.toString()).isEqualTo(first);
  }

  @Test
  void makesACheckpointThatAnswers(@TempDir Path folder) {
    String made = folder.resolve("made").toString();

    assertThat(execute("make-checkpoint", "--arch", "smolvlm-tiny", "--seed", "7", made)).isZero();
    assertThat(out.toString())
        .startsWith(made + ": idefics3, ")
        .contains("338.8 k parameters, 677.6 kB");
    out.getBuffer().setLength(0);

    assertThat(execute("describe", PICTURE, "--model", made, "--max-tokens", "8")).isZero();
    assertThat(out.toString()).isNotBlank();
    assertThat(err.toString()).contains("13 tiles · ", "8 tokens");
  }

  @Test
  void refusesToMakeACheckpointWhereSomethingIs(@TempDir Path folder) throws IOException {
    Files.createFile(folder.resolve("precious"));

    assertThat(execute("make-checkpoint", "--arch", "smolvlm-tiny", folder.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains(folder + " is not empty");
    assertThat(execute("make-checkpoint", "--arch", "gpt", folder.resolve("a").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("arch is gpt; known are argus-256m,");
    assertThat(
            execute("make-checkpoint", "--arch", "smolvlm-tiny", "--shard-size", "5", "elsewhere"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("'5' is not a size such as 500MB or 5GB");
  }

  @Test
  void printsTheEventsAsLinesOfJson() {
    int code = execute("describe", PICTURE, "--model", MODEL, "--max-tokens", "3", "--json");

    assertThat(code).isZero();
    assertThat(out.toString().lines().toList())
        .allMatch(line -> line.startsWith("{\"token\":") || line.startsWith("{\"completion\":"))
        .last()
        .asString()
        .contains("\"finishReason\":\"FINISH_REASON_LENGTH\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"describe", "describe x.png --detail=most", "frobnicate", "serve --stage=cook"})
  void wrongUsageIsToldInOneLineAndAHint(String arguments) {
    int code = execute(arguments.split(" "));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).startsWith("argus: ").contains("--help");
    assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void aDeviceThatIsNoneIsToldByWhatThereIs() {
    assertThat(execute("serve", "--device=gpu")).isEqualTo(2);
    assertThat(err.toString())
        .contains("a device is cpu, cuda:N (N counts GPUs from 0), cuda:N@8GB");
  }

  @Test
  void aDeviceIsNotForTheGateway() {
    assertThat(execute("serve", "--stage=gateway", "--device=cpu")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--device is for the encoder and the decoder, not for the gateway");
  }

  @Test
  void aMissingPictureIsToldInOneLine() {
    assertThat(execute("describe", "gone.png")).isEqualTo(1);
    assertThat(err.toString()).isEqualToNormalizingNewlines("argus: no such file: gone.png\n");
  }

  @Test
  void aMissingModelIsToldInOneLine() {
    assertThat(execute("describe", PICTURE, "--model", "gone")).isEqualTo(1);
    assertThat(err.toString()).startsWith("argus: no checkpoint gone").hasLineCount(1);
  }

  @Test
  void whatTheServerRefusesIsToldInOneLine(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");

    assertThat(execute("describe", text.toString(), "--model", MODEL)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("argus: messages[0].content[0].image.data ")
        .hasLineCount(1);
  }

  @Test
  void aServerThatIsNotThereIsToldInOneLine() {
    assertThat(execute("models", "--server", "localhost:1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("argus: cannot reach the server").hasLineCount(1);
  }

  @Test
  void listsCheckpointsAndWhatIsWrongWithThem(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/config.json"), "{}");
    Files.createSymbolicLink(folder.resolve("tiny"), Path.of(MODEL));

    assertThat(execute("models", "--dir", folder.toString())).isZero();
    assertThat(out.toString().lines().toList())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("broken") && line.contains("not usable: "))
        .anyMatch(line -> line.startsWith("tiny") && line.contains("idefics3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"describe", "chat", "serve", "models", "import"})
  void everyCommandHasHelpWithExamples(String command) {
    assertThat(execute(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: argus " + command).contains("Examples:");
  }

  @ParameterizedTest
  @ValueSource(longs = {3_100_000, 3_149_999})
  void scalesNumbersForReading(long number) {
    assertThat(ModelsCommand.scaled(number)).isEqualTo("3.1 M");
  }

  private int execute(String... arguments) {
    CommandLine argus = ArgusCommand.commandLine(new Installation(Golden.repository()), arguments);
    argus.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return argus.execute(arguments);
  }
}
