package dev.argus.hub;

import java.time.Duration;

/**
 * Hears how an import goes on. Called by several threads at once; must be thread-safe and return at
 * once.
 */
public interface TransferProgress {
  /** Hears nothing. */
  TransferProgress SILENT =
      new TransferProgress() {
        @Override
        public void began(long doneBytes, long totalBytes) {}

        @Override
        public void advanced(long bytes) {}

        @Override
        public void pausing(Duration pause, String why) {}
      };

  /**
   * The weights are about to be received.
   *
   * @param doneBytes of them, those that are here from before
   */
  void began(long doneBytes, long totalBytes);

  /**
   * Bytes have come.
   *
   * @param bytes how many more than before; negative where some turned out useless
   */
  void advanced(long bytes);

  /** Something did not work and is tried again after a pause. */
  void pausing(Duration pause, String why);
}
