package dev.argus.bench.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class OverlapCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void drawsBothWaysWithTheEncoderHereAndElsewhere(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("overlap.html");

    int code =
        new CommandLine(new OverlapCommand(Path::of))
            .setOut(new PrintWriter(out))
            .execute(
                Golden.repository().resolve("models/argus-tiny/samples/wide.png").toString(),
                "--model",
                Golden.path("tiny-idefics3").toString(),
                "--runs",
                "1",
                "--remote-ms",
                "2",
                "--html",
                page.toString());

    assertThat(code).isZero();
    assertThat(out.toString())
        .containsSubsequence(
            "encoder here, overlap on",
            "encoder here, overlap off",
            "encoder elsewhere, 2 ms a tile, overlap on",
            "encoder elsewhere, 2 ms a tile, overlap off");
    assertThat(Files.readString(page)).contains("<svg", "encoder: encode");
  }
}
