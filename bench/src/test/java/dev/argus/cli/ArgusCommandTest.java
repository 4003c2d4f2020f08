package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ArgusCommandTest {
  private static final Installation INSTALLATION = new Installation(Path.of(""));

  @Test
  void hasTheCommandsOfAllModules() {
    assertThat(ArgusCommand.commandLine(INSTALLATION).getSubcommands().keySet())
        .containsExactly(
            "describe",
            "chat",
            "serve",
            "models",
            "import",
            "export",
            "make-checkpoint",
            "bench",
            "tune",
            "simulate",
            "help");
  }

  @Test
  void makesTheAskedCommandAlone() {
    for (CommandLine each : ArgusCommand.commandLine(INSTALLATION).getSubcommands().values()) {
      String name = each.getCommandName();
      if (!name.equals("help")) {
        assertThat(ArgusCommand.commandLine(INSTALLATION, name, "--help").getSubcommands().keySet())
            .containsExactly(name);
      }
    }
  }
}
