package dev.argus.checkpoint.graph;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What is done to a built graph, once, for the machine that runs it; the outcome alone is kept.
 *
 * @param key part of a file name that changes with all that the outcome depends on, so that what
 *     was finished for another machine is never used
 * @param step what is done
 */
public record GraphFinish(String key, Step step) {

  /** Finishes a graph. */
  @FunctionalInterface
  public interface Step {
    /**
     * Writes the finished graph. May move or delete the built one's files.
     *
     * @param built the built graph's file; its data lies beside it
     * @param finished where the finished graph's file goes; its data goes beside it
     */
    void finish(Path built, Path finished) throws IOException;
  }
}
