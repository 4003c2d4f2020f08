package dev.argus.bench.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class GoldenCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHECKPOINT = "tiny-idefics3";

  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;
  private Path table;

  /** One checkpoint of the reference data, with the pictures. */
  @BeforeEach
  void copy() throws IOException {
    Path checkpoint = Files.createDirectory(folder.resolve(CHECKPOINT));
    Golden.copy(CHECKPOINT, checkpoint);
    table = checkpoint.resolve("golden.json");
    for (String name : List.of("golden.json", "golden.bin")) {
      Files.copy(Golden.path(CHECKPOINT).resolve(name), checkpoint.resolve(name));
    }
    Files.createSymbolicLink(folder.resolve("images"), Golden.path("images"));
  }

  @Test
  void theProcessorAgreesAtFloat32() throws IOException {
    Path json = folder.resolve("report.json");

    assertThat(run("--json", json.toString())).isZero();

    JsonNode agreements = JSON.readTree(json.toFile()).at("/agreements");
    assertThat(agreements.size()).isEqualTo(cases().size());
    for (JsonNode each : agreements) {
      assertThat(each.at("/agreed").asInt()).as(each.toString()).isEqualTo(24);
      assertThat(each.at("/featureError").asDouble()).as(each.toString()).isLessThan(1e-5);
      assertThat(each.at("/logitError").asDouble())
          .as(each.toString())
          .isPositive()
          .isLessThan(1e-5);
    }
    assertThat(out.toString()).contains("A_tiled", "24/24");
  }

  @Test
  void anAnswerThatDiffersIsTold() throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(table.toFile());
    whole.withArray("/cases/C_text_only/greedy_24").remove(2);
    JSON.writeValue(table.toFile(), whole);

    assertThat(run()).isOne();

    assertThat(out.toString()).containsPattern("C_text_only .* 2/23");
  }

  @Test
  void aPrecisionThatDoesNotRunThereIsTold() {
    assertThat(run("--precision", "fp32,fp16")).isOne();

    assertThat(out.toString()).contains("24/24", "Not run: fp16: ");
  }

  private JsonNode cases() throws IOException {
    return JSON.readTree(table.toFile()).get("cases");
  }

  private int run(String... more) {
    CommandLine command = new CommandLine(new GoldenCommand());
    command.setOut(new PrintWriter(out)).setCaseInsensitiveEnumValuesAllowed(true);
    String[] arguments = new String[more.length + 1];
    arguments[0] = folder.toString();
    System.arraycopy(more, 0, arguments, 1, more.length);
    return command.execute(arguments);
  }
}
