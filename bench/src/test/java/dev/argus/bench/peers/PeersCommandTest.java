package dev.argus.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PeersCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void refusesToRunNoClients() {
    int code =
        new CommandLine(new PeersCommand(Path::of))
            .setErr(new PrintWriter(out))
            .execute("--model", Golden.path("tiny-idefics3").toString(), "--clients", "0");

    assertThat(code).isEqualTo(2);
    assertThat(out.toString()).contains("--clients");
  }
}
