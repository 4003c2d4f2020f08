package dev.argus.bench.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BindingCommandTest {
  @TempDir private Path model;

  @Test
  void measuresBothApisAndSeesNoLeak() {
    Golden.copy("tiny-idefics3", model);
    StringWriter out = new StringWriter();

    int code =
        new CommandLine(new BindingCommand(Path::of))
            .setOut(new PrintWriter(out))
            .execute("--model", model.toString(), "--runs", "100", "--binds", "500");

    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("C    API, 19 inputs and outputs: run "))
        .anyMatch(line -> line.startsWith("JAVA API, 19 inputs and outputs: run "))
        .anyMatch(line -> line.startsWith("500 bound, run and closed: "));
  }
}
