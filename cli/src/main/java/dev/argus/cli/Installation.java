package dev.argus.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Argus is installed: the folder that holds {@code models}.
 *
 * @param home an absolute path
 */
record Installation(Path home) {
  /** The system property that the launcher says the folder in. */
  static final String HOME_PROPERTY = "dev.argus.home";

  private static final String DEFAULT_MODEL = "argus-tiny";

  /** The installation that this process was started from; the working directory if it was not. */
  static Installation current() {
    return new Installation(
        Path.of(System.getProperty(HOME_PROPERTY, "")).toAbsolutePath().normalize());
  }

  /** Where checkpoints are looked for. */
  Path models() {
    return home.resolve("models");
  }

  /** The checkpoint that ships with Argus. */
  Path defaultModel() {
    return models().resolve(DEFAULT_MODEL);
  }

  /**
   * The directory of a checkpoint that is given as a directory, or by its name below {@link
   * #models}.
   *
   * @throws Failure if there is neither
   */
  Path checkpoint(String directoryOrName) {
    Path directory = Path.of(directoryOrName);
    if (Files.isDirectory(directory)) {
      return directory.toAbsolutePath().normalize();
    }
    Path installed = models().resolve(directoryOrName);
    if (Files.isDirectory(installed)) {
      return installed;
    }
    throw new Failure(
        "no checkpoint %s: neither a directory nor the name of one in %s"
            .formatted(directoryOrName, models()));
  }
}
