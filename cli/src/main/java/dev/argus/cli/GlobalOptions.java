package dev.argus.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes. */
final class GlobalOptions {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what the stages do, and show the stack trace of a failure.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }
}
