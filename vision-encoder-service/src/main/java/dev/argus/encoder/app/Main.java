package dev.argus.encoder.app;

import dev.argus.service.launch.StageLauncher;

/** Runs the vision encoder service as a process of its own. */
public final class Main {
  private Main() {}

  /** Arguments are configuration keys, such as {@code --argus.encoder.models.tiny=DIRECTORY}. */
  public static void main(String[] args) {
    System.exit(StageLauncher.run("encoder", args));
  }
}
