package dev.argus.checkpoint.export;

/** Hears how an export's writing goes on. Called by the writing thread; should return at once. */
@FunctionalInterface
public interface ExportProgress {
  /** Hears nothing. */
  ExportProgress SILENT = (file, writtenBytes, totalBytes) -> {};

  /**
   * Some of a file's weights have been written.
   *
   * @param file the graph's file name
   * @param writtenBytes bytes written so far, never falling
   * @param totalBytes bytes to write in all
   */
  void advanced(String file, long writtenBytes, long totalBytes);
}
