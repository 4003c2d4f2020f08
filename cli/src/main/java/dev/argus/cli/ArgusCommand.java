package dev.argus.cli;

import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command without a subcommand: tells which there are. */
@Command(
    name = "argus",
    mixinStandardHelpOptions = true,
    version = "argus 0.1.0-SNAPSHOT",
    scope = CommandLine.ScopeType.INHERIT,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = "Answers questions about pictures with a compact vision-language model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus describe photo.jpg",
      "  argus describe photo.jpg -q \"How many circles are there?\"",
      "  argus chat photo.jpg",
      "  argus serve --port 7070",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class ArgusCommand {
  /** Read by logback.xml. */
  private static final String LOG_LEVEL = "ARGUS_LOG_LEVEL";

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /** All commands of an installation, ready to be executed. */
  static CommandLine commandLine(Installation installation) {
    return commandLine(installation, System.getenv());
  }

  /**
   * As above.
   *
   * @param environment the variables that say how a hub is reached
   */
  static CommandLine commandLine(Installation installation, Map<String, String> environment) {
    ArgusCommand argus = new ArgusCommand();
    CommandLine line =
        new CommandLine(argus)
            .addSubcommand(new DescribeCommand(installation))
            .addSubcommand(new ChatCommand(installation))
            .addSubcommand(new ServeCommand(installation))
            .addSubcommand(new ModelsCommand(installation))
            .addSubcommand(new ImportCommand(installation, environment))
            .addSubcommand(new ExportCommand(installation))
            .addSubcommand(new MakeCheckpointCommand());
    ServiceLoader.load(CommandProvider.class)
        .forEach(provider -> line.addSubcommand(provider.command(installation::checkpoint)));
    return line.addSubcommand(new HelpCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(ArgusCommand::tellWrongUsage)
        .setExecutionStrategy(argus::execute)
        .setExecutionExceptionHandler(new FailureReport(argus.options));
  }

  /** Decides what is logged before anything logs: the commands' own output should stand alone. */
  private int execute(ParseResult arguments) {
    boolean serves =
        arguments.hasSubcommand() && arguments.subcommand().commandSpec().name().equals("serve");
    if (!serves && !options.verbose() && System.getenv(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "OFF");
    }
    return new CommandLine.RunLast().execute(arguments);
  }

  private static int tellWrongUsage(ParameterException wrong, String... arguments) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().printf("argus: %s%nTry '%s --help'.%n", wrong.getMessage(), name);
    command.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }
}
