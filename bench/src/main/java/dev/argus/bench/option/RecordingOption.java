package dev.argus.bench.option;

import dev.argus.runtime.Recording;
import picocli.CommandLine.Option;

/** Whether decode steps are recorded. */
public final class RecordingOption {
  @Option(
      names = "--cuda-graphs",
      description =
          "Record decode steps as CUDA graphs and repeat them; on a GPU, at bf16 and fp16.")
  private boolean cudaGraphs;

  /** What was said. */
  public Recording recording() {
    return cudaGraphs ? Recording.ON : Recording.OFF;
  }
}
