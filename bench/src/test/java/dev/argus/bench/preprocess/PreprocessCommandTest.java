package dev.argus.bench.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PreprocessCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void addsARecipeAtATimeAndComparesTheBytes() {
    int status =
        run(
            "--pictures",
            "90x70,300x40",
            "--runs",
            "1",
            "--warm-ups",
            "1",
            "--threads",
            "2",
            "--node",
            "/no/node");

    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("90x70 JPEG", "300x40 JPEG", "as written")
        .containsSubsequence("+ turbo-jpeg", "+ one-pass", "+ parallel-blocks", "+ early-blocks")
        .containsSubsequence("the same bytes", "the same bytes");
  }

  @Test
  void doesWithoutPeers() {
    int status =
        run(
            "--pictures",
            "90x70",
            "--runs",
            "1",
            "--warm-ups",
            "0",
            "--python",
            "/no/python",
            "--node",
            "/no/node");

    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("/no/python has no Pillow: left out")
        .contains("transformers.js is left out: it needs Node.js, and npm ci --ignore-scripts in");
  }

  private int run(String... arguments) {
    return new CommandLine(new PreprocessCommand())
        .setOut(new PrintWriter(out, true))
        .execute(arguments);
  }
}
