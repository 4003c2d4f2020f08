package dev.argus.cli;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.hub.TransferProgress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how an import goes on: a bar on a terminal, else a line now and then, as logs want it.
 * Thread-safe.
 */
final class ImportProgress implements TransferProgress, BuildProgress, AutoCloseable {
  private static final int WIDTH = 79;
  private static final int REFRESH_MS = 200;
  private static final long MEBIBYTE = 1 << 20;
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final double NANOS = 1e9;

  private final PrintWriter lines;
  private final Optional<PrintStream> terminal;
  private final LongSupplier nanoClock;

  // All below are guarded by this.
  private String task = "";
  private long startedAt;
  private long startedFrom;
  private long lastLineAt;
  private long done;
  private long total;
  private @Nullable GraphPart part;
  private @Nullable ProgressBar bar;

  /**
   * @param lines where lines go
   * @param terminal where a bar goes instead
   * @param nanoClock as {@link System#nanoTime}
   */
  ImportProgress(PrintWriter lines, Optional<PrintStream> terminal, LongSupplier nanoClock) {
    this.lines = lines;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
  }

  @Override
  public void began(long doneBytes, long totalBytes) {
    begin("Receiving weights", doneBytes, totalBytes);
  }

  @Override
  public synchronized void advanced(long bytes) {
    stepTo(done + bytes);
  }

  @Override
  public synchronized void pausing(Duration pause, String why) {
    String message = "%s; trying again in %d s".formatted(why, pause.toSeconds());
    if (bar != null) {
      bar.setExtraMessage(message);
    } else {
      print(message);
    }
  }

  @Override
  public synchronized void advanced(GraphPart building, long writtenBytes, long totalBytes) {
    if (building != part || totalBytes != total || writtenBytes < done) {
      begin("Building %s graph".formatted(building.label()), 0, totalBytes);
      part = building;
    }
    stepTo(writtenBytes);
  }

  @Override
  public synchronized void close() {
    hide();
  }

  private synchronized void begin(String newTask, long doneBytes, long totalBytes) {
    hide();
    part = null;
    task = newTask;
    startedAt = nanoClock.getAsLong();
    lastLineAt = startedAt;
    startedFrom = doneBytes;
    done = doneBytes;
    total = totalBytes;
    if (terminal.isPresent() && doneBytes < totalBytes) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(totalBytes)
              .startsFrom(doneBytes, Duration.ZERO)
              .setUnit(" MiB", MEBIBYTE)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(REFRESH_MS)
              .showSpeed()
              .setConsumer(new ConsoleProgressBarConsumer(terminal.get(), WIDTH))
              .clearDisplayOnFinish()
              .build();
    }
  }

  private synchronized void stepTo(long bytes) {
    done = bytes;
    if (bar != null) {
      bar.stepTo(bytes);
      bar.setExtraMessage("");
      return;
    }
    long now = nanoClock.getAsLong();
    if (now - lastLineAt >= LINE_NANOS) {
      lastLineAt = now;
      print(line((now - startedAt) / NANOS));
    }
  }

  private synchronized String line(double seconds) {
    double perSecond = Math.max(1, (done - startedFrom) / seconds);
    return String.format(
        Locale.ROOT,
        "%s: %d of %d MiB, %.1f MiB/s, %.0f s left",
        task,
        done / MEBIBYTE,
        total / MEBIBYTE,
        perSecond / MEBIBYTE,
        (total - done) / perSecond);
  }

  private synchronized void print(String line) {
    lines.println(line);
    lines.flush();
  }

  private synchronized void hide() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
