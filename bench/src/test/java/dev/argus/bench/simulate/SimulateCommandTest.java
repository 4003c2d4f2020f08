package dev.argus.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void tellsAndDrawsWhatPoliciesDo() throws IOException {
    Path json = folder.resolve("simulation.json");
    Path plot = folder.resolve("simulation.png");

    int code =
        execute(
            "--replicas",
            "1,10",
            "--hours",
            "0.5",
            "--traffic",
            "bursts",
            "--goodput",
            "ttft:9000",
            "--json",
            json.toString(),
            "--plot",
            plot.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains(
            "measured: SmolVLM-256M",
            "bursts traffic, 0.50 hours; good enough: TTFT within 9000 ms",
            "which needs 10 replicas",
            "hpa-metric, by stage",
            "hpa-metric, monolith");
    JsonNode results = new JsonMapper().readTree(Files.readString(json));
    assertThat(results).hasSize(2 * 3 * 2);
    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.get("sent").longValue()).isPositive();
          assertThat(result.at("/ttftMs/p50").doubleValue()).isPositive();
          assertThat(result.get("day")).hasSize(Simulation.MOMENTS);
        });
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(1000);
  }

  @Test
  void gpusArePaidForWhereThereAreAny() {
    int code =
        execute(
            "--profile",
            "smolvlm-256m-h100",
            "--request-rate",
            "20",
            "--hours",
            "0.05",
            "--policy",
            "fixed");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).contains("COMPUTED, not measured", "Peak of 20 requests/s");
    assertThat(out.toString()).containsPattern("fixed, monolith .*\\dg ");
  }

  @Test
  void putsWhatWasMeasuredBesideWhatIsSimulated() throws IOException {
    Path file = folder.resolve("run.json");
    Path json = folder.resolve("validation.json");
    Files.writeString(
        file,
        """
        {"runs": [{"max_concurrency": 1, "duration": 0.3, "failed": 0,
          "median_server_ms": {"decode image": 10, "encode": 130, "prefill": 40},
          "answers": [{"intended_ms": 0, "ttft_ms": 200, "e2el_ms": 300,
            "input_tokens": 260, "output_tokens": 11}]}]}
        """);

    int code = execute("--validate", file.toString(), "--json", json.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("1 at once: stage times are from here")
        .containsPattern("TTFT P50, ms +200.00 +200.00 +[+-]0.0 %");
    assertThat(new JsonMapper().readTree(Files.readString(json)).at("/comparisons/0/rows"))
        .hasSize(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--replicas 1 --request-rate 1 | --replicas and --request-rate: one of both",
        "--replicas 0 | --replicas and --request-rate must be above 0",
        "--request-rate NaN | --replicas and --request-rate must be above 0",
        "--hours 0 | --hours must be above 0",
        "--policy luck | Invalid value for option '--policy'",
        "--traffic wild | Invalid value for option '--traffic'",
        "--goodput fast | --goodput takes ttft, tpot or e2el",
        "--cpu-price -1 | --cpu-price and --gpu-price must be 0 or more",
        "--start-up -1 | pods.startSeconds must be 0 or more",
        "--encoder-light-load 0 | routing.encoderLightLoad must be 1 or more",
        "--tiles 0 | questions.tiles must be 1 or more",
        "--repeat-share 2 | questions.repeatShare must be from 0 to 1",
        "--processors 0 | --processors must be 1 or more",
        "--validate x --plot y | --plot is not for --validate",
      })
  void wrongOptionsAreTold(String options, String message) {
    assertThat(execute(options.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void aProfileThatIsNoneIsTold() {
    assertThat(execute("--profile", "other")).isEqualTo(1);
    assertThat(err.toString()).contains("no profile 'other'", "smolvlm-256m-h100");
  }

  private int execute(String... arguments) {
    return new CommandLine(new SimulateCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
