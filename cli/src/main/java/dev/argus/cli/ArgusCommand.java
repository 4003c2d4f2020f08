package dev.argus.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.function.Supplier;
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

  /**
   * The command line of an installation.
   *
   * @param arguments what it is going to execute. Where they begin with the name of a command, it
   *     has that one alone: to make them all takes a tenth of the time in which a server starts.
   */
  static CommandLine commandLine(Installation installation, String... arguments) {
    return commandLine(installation, System.getenv(), arguments);
  }

  /**
   * As above.
   *
   * @param environment the variables that say how a hub is reached
   */
  static CommandLine commandLine(
      Installation installation, Map<String, String> environment, String... arguments) {
    ArgusCommand argus = new ArgusCommand();
    CommandLine line = new CommandLine(argus);
    SequencedMap<String, Supplier<Object>> commands = commands(installation, environment);
    Supplier<Object> asked = arguments.length == 0 ? null : commands.get(arguments[0]);
    if (asked != null) {
      line.addSubcommand(asked.get());
    } else {
      commands.values().forEach(command -> line.addSubcommand(command.get()));
      line.addSubcommand(new HelpCommand());
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(ArgusCommand::tellWrongUsage)
        .setExecutionStrategy(argus::execute)
        .setExecutionExceptionHandler(new FailureReport(argus.options));
  }

  /** What makes each command, by its name, in the order in which they are told. */
  private static SequencedMap<String, Supplier<Object>> commands(
      Installation installation, Map<String, String> environment) {
    SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("describe", () -> new DescribeCommand(installation));
    commands.put("chat", () -> new ChatCommand(installation));
    commands.put("serve", () -> new ServeCommand(installation));
    commands.put("models", () -> new ModelsCommand(installation));
    commands.put("import", () -> new ImportCommand(installation, environment));
    commands.put("export", () -> new ExportCommand(installation));
    commands.put("make-checkpoint", MakeCheckpointCommand::new);
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      commands.put(provider.name(), () -> provider.command(installation::checkpoint));
    }
    return commands;
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
