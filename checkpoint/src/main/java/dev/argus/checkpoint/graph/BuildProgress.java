package dev.argus.checkpoint.graph;

/** Hears how a graph's building goes on. Called by the building thread; should return at once. */
@FunctionalInterface
public interface BuildProgress {
  /** Hears nothing. */
  BuildProgress SILENT = (part, writtenBytes, totalBytes) -> {};

  /**
   * Some of a graph's weights have been written; not called at all where the graph is there
   * already.
   *
   * @param writtenBytes bytes written so far, never falling
   * @param totalBytes bytes to write in all; the last call says as many were written
   */
  void advanced(GraphPart part, long writtenBytes, long totalBytes);

  /** A graph's weights are all written; it is being finished, which may take as long again. */
  default void finishing(GraphPart part) {}
}
