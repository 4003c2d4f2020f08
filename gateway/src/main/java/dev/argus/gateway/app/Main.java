package dev.argus.gateway.app;

import dev.argus.service.launch.StageLauncher;

/** The gateway as a process. */
public final class Main {
  private Main() {}

  /**
   * Serves until told to stop; arguments are configuration keys, {@code
   * --argus.gateway.models=a,b}.
   */
  public static void main(String[] args) {
    System.exit(StageLauncher.run("gateway", args));
  }
}
