package dev.argus.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where Argus is installed, and where its models are.
 *
 * @param home the folder that holds {@code models}; an absolute path
 * @param library the folder of imported models; an absolute path, which need not exist
 */
record Installation(Path home, Path library) {
  /** The system property that the launcher says the folder in. */
  static final String HOME_PROPERTY = "dev.argus.home";

  /** The system property that the launcher says {@code ARGUS_MODELS} in. */
  static final String LIBRARY_PROPERTY = "dev.argus.models";

  private static final String DEFAULT_MODEL = "argus-tiny";

  /** The installation that this process was started from; the working directory if it was not. */
  static Installation current() {
    return new Installation(
        Path.of(System.getProperty(HOME_PROPERTY, "")).toAbsolutePath().normalize());
  }

  /** An installation with the user's own imported models. */
  Installation(Path home) {
    this(home, userLibrary());
  }

  private static Path userLibrary() {
    String fallback = System.getProperty("user.home") + "/.cache/argus/models";
    return Path.of(System.getProperty(LIBRARY_PROPERTY, fallback)).toAbsolutePath().normalize();
  }

  /** Where the checkpoints that ship with Argus are. */
  Path models() {
    return home.resolve("models");
  }

  /** The checkpoint that ships with Argus. */
  Path defaultModel() {
    return models().resolve(DEFAULT_MODEL);
  }

  /**
   * The directory of a checkpoint that is given as a directory, or by its name below {@link
   * #models} or {@link #library}.
   *
   * @throws Failure if there is neither
   */
  Path checkpoint(String directoryOrName) {
    Path directory = Path.of(directoryOrName);
    if (Files.isDirectory(directory)) {
      return directory.toAbsolutePath().normalize();
    }
    return Stream.of(models(), library)
        .map(folder -> folder.resolve(directoryOrName))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                "no checkpoint %s: neither a directory nor the name of one in %s or %s; argus import"
                        .formatted(directoryOrName, models(), library)
                    + " brings one here"));
  }
}
