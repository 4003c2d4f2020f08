package dev.argus.decoder.app;

import dev.argus.service.launch.StageLauncher;

/** Runs the LLM decoder service as a process of its own. */
public final class Main {
  private Main() {}

  /**
   * Serves until the process is told to stop.
   *
   * @param args configuration, such as {@code --argus.decoder.models.smolvlm=/models/smolvlm}
   */
  public static void main(String[] args) {
    int exitCode = StageLauncher.run("decoder", args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }
}
