package dev.argus.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Bars on a terminal that show how far something is which is measured in bytes. */
final class ByteBar {
  private static final int WIDTH = 79;
  private static final int REFRESH_MS = 200;
  private static final long MEBIBYTE = 1 << 20;

  private ByteBar() {}

  /**
   * A bar, to be closed, upon which it vanishes.
   *
   * @param totalBytes negative where nobody knows
   */
  static ProgressBar open(PrintStream terminal, String task, long totalBytes) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(totalBytes)
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(REFRESH_MS)
        .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
        .clearDisplayOnFinish()
        .build();
  }
}
