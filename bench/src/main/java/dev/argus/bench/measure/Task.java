package dev.argus.bench.measure;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes a while: a bar on a terminal that says how far it is and how long it will
 * take; nothing elsewhere. The bar vanishes when the task is closed. Used by one thread.
 */
public final class Task implements AutoCloseable {
  /** How much there is to do, where nobody knows yet. */
  public static final long UNKNOWN = -1;

  /** The system property by which the launcher says that standard error is a terminal. */
  private static final String TERMINAL = "dev.argus.progress";

  private static final int WIDTH = 79;
  private static final int REFRESH_MS = 500;

  private final @Nullable ProgressBar bar;

  private Task(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Begins.
   *
   * @param total steps of it, or {@link #UNKNOWN}
   */
  public static Task begin(String title, long total) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return new Task(null);
    }
    return new Task(
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REFRESH_MS)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .clearDisplayOnFinish()
            .build());
  }

  /** One more step is done. */
  public void step() {
    if (bar != null) {
      bar.step();
    }
  }

  /**
   * So much of it is done.
   *
   * @param part which part of it the numbers are about
   */
  public void measured(String part, long done, long total) {
    if (bar != null) {
      bar.setExtraMessage(part);
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
