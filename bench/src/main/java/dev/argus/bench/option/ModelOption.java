package dev.argus.bench.option;

import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The checkpoint that is measured. */
public final class ModelOption {
  private final Function<String, Path> checkpoints;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The checkpoint: its directory, or its name. Default: ${DEFAULT-VALUE}.")
  private String model = "argus-tiny";

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public ModelOption(Function<String, Path> checkpoints) {
    this.checkpoints = checkpoints;
  }

  /** As it was given. */
  public String name() {
    return model;
  }

  /** Where it is; throws where there is none. */
  public Path directory() {
    return checkpoints.apply(model);
  }
}
