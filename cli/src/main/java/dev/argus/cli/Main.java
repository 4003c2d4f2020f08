package dev.argus.cli;

/** Where the {@code argus} process begins. */
public final class Main {
  private Main() {}

  /** Executes one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(ArgusCommand.commandLine(Installation.current(), arguments).execute(arguments));
  }
}
