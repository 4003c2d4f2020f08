package dev.argus.bench.fleet;

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

final class FleetCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void measuresAFleetOfProcesses(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("fleet.json");
    Path plot = folder.resolve("fleet.png");

    int code =
        execute(
            "--model=" + Golden.repository().resolve("models/argus-tiny"),
            "--encoders=1",
            "--tile-ms=1",
            "--clients=2",
            "--pictures=2",
            "--requests=4",
            "--json=" + json,
            "--plot=" + plot);

    assertThat(code).isZero();
    assertThat(out.toString()).contains("SIMULATED: 1 ms a tile");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("scaling")).hasSize(1);
    assertThat(report.path("scaling").path(0).path("timesOne").asDouble()).isEqualTo(1);
    // The warm-up has asked about both pictures, and there is room for both.
    assertThat(report.path("caching"))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.path("hitRate").asDouble()).isEqualTo(1));
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void refusesAnEmptyFleet() {
    assertThat(execute("--encoders=0")).isEqualTo(2);
  }

  private int execute(String... arguments) {
    return new CommandLine(new FleetCommand(Path::of))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(arguments);
  }
}
