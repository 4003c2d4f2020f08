package dev.argus.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.bench.BenchCommandProvider;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class GraphsCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;

  @Test
  void measuresArgussGraphBesideAnExport() throws IOException {
    Path json = folder.resolve("graphs.json");

    assertThat(
            run(
                "--precision",
                "fp32",
                "--export",
                folder.resolve("export").toString(),
                "--json",
                json.toString()))
        .isZero();

    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/sections").findValuesAsText("title"))
        .containsExactly(
            "Encode one tile",
            "Prefill 100 tokens",
            "Decode one token, context 110 to 116",
            "Decode several sequences at once, context 110");
    for (int section = 0; section < 3; section++) {
      JsonNode figures = report.at("/sections/%d/figures".formatted(section));
      assertThat(figures.findValuesAsText("graph")).containsExactly("naive fp32", "fp32");
      assertThat(figures.at("/0/error").asDouble()).isPositive().isLessThan(1e-4);
      assertThat(figures.at("/1/error").asDouble()).isZero();
      assertThat(figures.at("/0/ofNaive").asDouble()).isEqualTo(1);
      assertThat(figures.at("/1/medianMs").asDouble()).isPositive();
    }
    assertThat(report.at("/sections/3/figures").findValuesAsText("batch"))
        .containsExactly("1", "2");
    assertThat(report.at("/device").asText()).isEqualTo("cpu, 2 threads");
    JsonNode steps = report.at("/stepBytes");
    assertThat(steps.findValuesAsText("graph"))
        .containsExactly("naive fp32", "naive fp32", "fp32", "fp32");
    assertThat(steps.findValuesAsText("context")).containsExactly("116", "110", "116", "110");
    // A token id, two lengths and the logits of 560 tokens, whatever the context.
    assertThat(steps.at("/2/bytes").asLong()).isEqualTo(8 + 4 + 4 + 560 * 4);
    assertThat(steps.at("/3/bytes")).isEqualTo(steps.at("/2/bytes"));
    assertThat(report.at("/loading").size()).isEqualTo(4);
    assertThat(report.at("/loading").findValues("bytes"))
        .allSatisfy(bytes -> assertThat(bytes.asLong()).isPositive());
    assertThat(out.toString())
        .contains("Encode one tile")
        .contains("naive fp32")
        .contains("1.00x")
        .contains("(<= 0.92)");
  }

  @Test
  void tellsWhatItCouldNotMeasure() {
    assertThat(run("--precision", "fp32", "--export", folder.toString())).isZero();

    assertThat(out.toString()).contains("Not measured: naive fp32: cannot read ");
  }

  @Test
  void measuresRecordedStepsToo() throws IOException {
    Path json = folder.resolve("graphs.json");
    String export = folder.resolve("export").toString();

    assertThat(run("--precision", "fp32", "--cuda-graphs", "--export", export, "--json", "" + json))
        .isZero();

    // The longest length is written once, so that a token id, one length and the logits are left.
    JsonNode steps = new ObjectMapper().readTree(json.toFile()).at("/stepBytes");
    assertThat(steps.at("/2/graph").asText()).isEqualTo("fp32");
    assertThat(steps.at("/2/bytes").asLong()).isEqualTo(8 + 4 + 560 * 4);
  }

  private int run(String... more) {
    CommandLine bench = (CommandLine) new BenchCommandProvider().command(Path::of);
    bench.setOut(new PrintWriter(out)).setCaseInsensitiveEnumValuesAllowed(true);
    String model = Golden.path("tiny-idefics3").toString();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "graphs",
                "--model",
                model,
                "--threads",
                "2",
                "--runs",
                "1",
                "--steps",
                "3",
                "--prompt",
                "100",
                "--context",
                "110",
                "--batch",
                "1,2"));
    arguments.addAll(List.of(more));
    return bench.execute(arguments.toArray(String[]::new));
  }
}
