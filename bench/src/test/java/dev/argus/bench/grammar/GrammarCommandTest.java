package dev.argus.bench.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class GrammarCommandTest {
  private static final Pattern LINE =
      Pattern.compile("([a-z][a-z .-]*?) +(\\d+\\.\\d+ +){6}\\d+\\.\\d+%");

  @Test
  void measuresEveryForm() {
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new GrammarCommand(Golden.repository().resolve("models")::resolve))
            .setOut(new PrintWriter(out))
            .execute(
                "--model",
                "argus-tiny",
                "--answers",
                "1",
                "--schema",
                Golden.repository().resolve("testdata/schemas/invoice.json").toString());

    assertThat(code).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.getFirst()).matches("argus-tiny, vocabulary of \\d+; .* \\d+\\.\\d\\d ms");
    assertThat(lines.stream().map(LINE::matcher).filter(line -> line.matches()))
        .extracting(line -> line.group(1))
        .containsExactly("regions", "json object", "choices", "expression", "invoice.json");
  }
}
