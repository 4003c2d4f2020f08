package dev.argus.bench.option;

import picocli.CommandLine.Option;

/** How many threads a model may use. */
public final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one run of a model. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** As many as were given; not checked. */
  public int count() {
    return threads;
  }
}
