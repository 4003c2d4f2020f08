package dev.argus.hub;

import java.nio.file.Path;

/** Looks at a model's settings before its weights are received. */
@FunctionalInterface
public interface SettingsCheck {
  /**
   * Throws whatever says best why the model is of no use here.
   *
   * @param directory holds all files but the weights
   */
  void check(Path directory);
}
