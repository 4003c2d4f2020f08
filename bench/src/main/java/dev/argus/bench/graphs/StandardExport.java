package dev.argus.bench.graphs;

import dev.argus.bench.measure.Task;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubExport;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint as the Hub has it for transformers.js: graphs of standard operators. */
public final class StandardExport {
  private static final int FINGERPRINT_DIGITS = 16;

  private StandardExport() {}

  /**
   * The directory of an export that is kept for next time; written first where there is none.
   *
   * @throws dev.argus.base.failure.ModelFault if exports of such checkpoints cannot be written
   */
  public static Path of(Checkpoint checkpoint) {
    return of(
        checkpoint,
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "argus-bench",
            "export-" + checkpoint.fingerprint().substring(0, FINGERPRINT_DIGITS)));
  }

  /** As above, in a directory of the caller's choice. */
  static Path of(Checkpoint checkpoint, Path directory) {
    if (!Files.exists(directory)) {
      try (Task task = Task.begin("Writing a standard export", Task.UNKNOWN)) {
        HubExport.write(checkpoint, directory, task::measured);
      }
    }
    return directory;
  }
}
