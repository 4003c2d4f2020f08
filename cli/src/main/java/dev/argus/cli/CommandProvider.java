package dev.argus.cli;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * A command of {@code argus} that another module brings, so that the command line does not depend
 * on that module. Found by {@link java.util.ServiceLoader}.
 */
public interface CommandProvider {

  /** What the command is called by. */
  String name();

  /**
   * The command, as picocli's annotations describe it.
   *
   * @param checkpoints finds the directory of a checkpoint that is given as a directory or by its
   *     name below {@code models}; throws where there is neither
   */
  Object command(Function<String, Path> checkpoints);
}
