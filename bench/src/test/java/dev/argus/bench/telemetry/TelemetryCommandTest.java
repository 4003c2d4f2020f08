package dev.argus.bench.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.bench.telemetry.TelemetryReport.Turn;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class TelemetryCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void asksInTurnsAndExportsWhatItTraces(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("telemetry.json");

    int code =
        new CommandLine(new TelemetryCommand(Path::of))
            .setOut(new PrintWriter(out))
            .execute(
                "--model=" + Golden.repository().resolve("models/argus-tiny"),
                "--turns=2",
                "--requests=32",
                "--json=" + json);

    assertThat(code).isZero();
    assertThat(out.toString())
        .containsSubsequence("metrics on", "everything off", "costs throughput");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("on")).hasSize(2);
    assertThat(report.path("off")).hasSize(2);
    assertThat(report.path("exportedBytes").asLong()).isGreaterThan(100_000);
  }

  @Test
  void costIsWhatIsLostOfEachPair() {
    var report =
        new TelemetryReport(
            "m",
            "here",
            List.of(new Turn(9, 11), new Turn(99, 10), new Turn(5, 10)),
            List.of(new Turn(10, 10), new Turn(100, 10), new Turn(5, 10)),
            1,
            1);

    assertThat(report.throughputCost().quantile(1)).isEqualTo(0.1, within(1e-9));
    assertThat(report.throughputCost().median()).isEqualTo(0.01, within(1e-9));
    assertThat(report.throughputCost().quantile(0)).isZero();
    assertThat(report.processorCost().quantile(1)).isEqualTo(0.1, within(1e-9));
    assertThat(report.processorCost().median()).isZero();
  }
}
