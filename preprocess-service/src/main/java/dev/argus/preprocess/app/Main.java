package dev.argus.preprocess.app;

import dev.argus.service.launch.StageLauncher;

/** Runs the preprocessing service as a process of its own. */
public final class Main {
  private Main() {}

  /**
   * Serves until the process is told to stop.
   *
   * @param args configuration, such as {@code --argus.preprocess.models.smolvlm=/models/smolvlm}
   */
  public static void main(String[] args) {
    int exitCode = StageLauncher.run("preprocess", args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }
}
