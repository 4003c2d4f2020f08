package dev.argus.bench.simulate.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.bench.simulate.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against results that are made up: what a server takes of 13 tiles, 260 tokens and 11 more. */
final class ValidationTest {
  private final JsonMapper json = new JsonMapper();
  private final ObjectNode result = json.createObjectNode();
  private final ArrayNode runs = result.putArray("runs");

  @TempDir private Path folder;

  @Test
  void takesItsStageTimesFromTheRunOfOneClient() throws IOException {
    run(1, 20, 200);
    run(2, 20, 300);
    Validation validation = validate();

    Comparison alone = validation.comparisons().getFirst();
    assertThat(alone.calibrates()).isTrue();
    assertThat(alone.rows()).extracting(Comparison.Row::name).contains("TTFT P50", "TPOT P99");
    assertThat(alone.rows()).allSatisfy(row -> assertThat(row.off()).isCloseTo(0, within(0.02)));
    assertThat(validation.profile().hopsMs()).isPositive();
  }

  @Test
  void foretellsThatTwoClientsWaitForEachOther() throws IOException {
    run(1, 20, 200);
    run(2, 20, 200);
    Validation validation = validate();

    Comparison two = validation.comparisons().getLast();
    assertThat(two.calibrates()).isFalse();
    assertThat(row(two, "E2EL P50").off()).isBetween(0.2, 1.1);
    assertThat(row(two, "requests").off()).isBetween(-0.6, 0.0);
    assertThat(row(two, "requests").measured()).isCloseTo(40 / 6.2, within(0.01));
  }

  @Test
  void anOpenLoopComesWhenItCame() throws IOException {
    run(1, 20, 200);
    ObjectNode open = run(1, 20, 200);
    open.remove("max_concurrency");
    open.put("request_rate", 0.1);
    for (int i = 0; i < 20; i++) {
      ((ObjectNode) open.path("answers").get(i)).put("intended_ms", 10_000.0 * i);
    }
    open.put("duration", 190.31);
    Comparison comparison = validate().comparisons().getLast();

    assertThat(comparison.load()).isEqualTo("0.1 a second");
    assertThat(comparison.rows())
        .allSatisfy(row -> assertThat(row.off()).isCloseTo(0, within(0.02)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_concurrency | 2 | has no run of one client",
        "failed | 1 | with failures, cannot be compared",
        "request_rate | 3 | both a rate and a limit",
        "median_server_ms | {} | measure Argus over gRPC",
        "answers | [] | without answers",
      })
  void whatCannotBeComparedIsTold(String key, String value, String message) throws IOException {
    run(1, 5, 200).set(key, json.readTree(value));

    assertThatIOException().isThrownBy(this::validate).withMessageContaining(message);
  }

  @Test
  void aFileOfSomethingElseIsTold() throws IOException {
    Path file = folder.resolve("result.json");
    Files.writeString(file, "{}");
    Profile profile = Profile.read("smolvlm-256m-cpu");

    assertThatIOException()
        .isThrownBy(() -> Validation.of(profile, file, 1))
        .withMessageContaining("it has no runs");
  }

  private Validation validate() throws IOException {
    Path file = folder.resolve("result.json");
    Files.writeString(file, result.toString());
    return Validation.of(Profile.read("smolvlm-256m-cpu"), file, 1);
  }

  /** Each client asks again as soon as it has its answer. */
  private ObjectNode run(int clients, int requests, double ttft) {
    ObjectNode run = runs.addObject();
    double each = ttft + 110;
    run.put("max_concurrency", clients);
    run.put("duration", (double) requests / clients * each / 1000);
    run.put("completed", requests);
    run.put("failed", 0);
    run.putObject("median_server_ms")
        .put("decode image", 10)
        .put("resize", 20)
        .put("encode", 130)
        .put("prefill", 40);
    ArrayNode answers = run.putArray("answers");
    IntStream.range(0, requests)
        .forEach(i ->
            answers
                .addObject()
                .put("intended_ms", Math.floorDiv(i, clients) * each)
                .put("ttft_ms", ttft)
                .put("e2el_ms", each)
                .put("input_tokens", 260)
                .put("output_tokens", 12));
    return run;
  }

  private static Comparison.Row row(Comparison comparison, String name) {
    return comparison.rows().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
