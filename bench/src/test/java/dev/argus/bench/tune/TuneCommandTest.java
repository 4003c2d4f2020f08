package dev.argus.bench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class TuneCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    Golden.copy("tiny-idefics3", Files.createDirectory(folder.resolve("model")));
  }

  @Test
  void writesDownTheFastestOfThoseThatPass() throws IOException {
    Path plot = folder.resolve("plot.png");

    assertThat(tune("--least-features", "0", "--least-tokens", "0", "--plot", plot.toString()))
        .as(err.toString())
        .isZero();

    Tuning tuning = kept();
    assertThat(tuning.encoder().threads()).isEqualTo(1);
    assertThat(out.toString())
        .contains("fp32, 1 thread ", "int8, 1 thread ", "<- taken", "Written to ")
        .doesNotContain("refused");
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(400);
  }

  @Test
  void takesNothingThatChangesAnswers() throws IOException {
    assertThat(tune("--least-features", "1", "--least-tokens", "1.01")).isZero();

    Tuning tuning = kept();
    assertThat(tuning.encoder().precision()).isEqualTo(Precision.FP32);
    assertThat(tuning.decoder().precision()).isEqualTo(Precision.FP32);
    assertThat(out.toString()).contains("refused: below 101 %");
  }

  @Test
  void aDryRunWritesNothingDown() {
    assertThat(tune("--dry-run")).isZero();

    assertThat(Tuning.of(checkpoint(), Device.machine())).isEmpty();
  }

  @Test
  void saysWhichPictureItCannotRead() {
    Path none = folder.resolve("none.png");
    CommandLine command = command();

    assertThat(command.execute(none.toString(), "--model", folder.resolve("model").toString()))
        .isNotZero();
    assertThat(err.toString()).contains("none.png");
  }

  private Tuning kept() {
    return Tuning.of(checkpoint(), Device.machine()).orElseThrow();
  }

  private Checkpoint checkpoint() {
    return Checkpoint.open(folder.resolve("model"));
  }

  private int tune(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Golden.repository().resolve("models/argus-tiny/samples/one-shape.png").toString(),
                "--model",
                folder.resolve("model").toString(),
                "--precision",
                "int8",
                "--threads",
                "1",
                "--batch",
                "1,2",
                "--runs",
                "1",
                "--tokens",
                "4"));
    arguments.addAll(List.of(more));
    return command().execute(arguments.toArray(String[]::new));
  }

  private CommandLine command() {
    return new CommandLine(new TuneCommandProvider().command(Path::of))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err));
  }
}
