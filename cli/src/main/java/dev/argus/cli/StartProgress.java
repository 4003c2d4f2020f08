package dev.argus.cli;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows on a terminal that a model is being made ready, once that has taken long enough for someone
 * to wonder: how far the building of its graphs is, or else that it is being loaded. Thread-safe.
 */
final class StartProgress implements BuildProgress, AutoCloseable {
  /** The system property by which the launcher says that standard error is a terminal. */
  static final String PROPERTY = "dev.argus.progress";

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final CountDownLatch closed = new CountDownLatch(1);

  /** Guarded by this. */
  private boolean patienceIsOver;

  /** Guarded by this. */
  private @Nullable GraphPart part;

  /** Guarded by this. */
  private @Nullable ProgressBar bar;

  private StartProgress() {}

  /** Begins to watch a start; shows nothing where standard error is not a terminal. */
  static StartProgress begin() {
    StartProgress progress = new StartProgress();
    if (Boolean.getBoolean(PROPERTY)) {
      Thread.ofVirtual().start(progress::showWhenPatienceIsOver);
    }
    return progress;
  }

  @Override
  public synchronized void advanced(GraphPart building, long writtenBytes, long totalBytes) {
    if (patienceIsOver && building != part) {
      part = building;
      show("Building " + building.label() + " graph", totalBytes);
    }
    if (bar != null) {
      bar.stepTo(writtenBytes);
    }
  }

  @Override
  public synchronized void finishing(GraphPart finished) {
    if (patienceIsOver) {
      show("Packing %s graph for this processor".formatted(finished.label()), -1);
    }
  }

  @Override
  public void close() {
    ready();
  }

  /** Shows nothing any more. */
  synchronized void ready() {
    closed.countDown();
    hide();
  }

  private void showWhenPatienceIsOver() {
    try {
      if (!closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        showLoading();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void showLoading() {
    if (closed.getCount() > 0) {
      patienceIsOver = true;
      show("Loading the model", -1);
    }
  }

  private synchronized void show(String task, long max) {
    hide();
    bar = ByteBar.open(System.err, task, max);
  }

  private synchronized void hide() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
