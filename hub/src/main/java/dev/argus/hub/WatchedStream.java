package dev.argus.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body whose reads fail when nothing comes for a while, which the JDK's client would wait for
 * without end. A timer looks now and then, and closes the body under a read that has waited too
 * long. For one reader.
 */
final class WatchedStream extends FilterInputStream {
  private static final int LOOKS = 4;
  private static final long IDLE = Long.MAX_VALUE;

  private final Duration limit;
  private final ScheduledFuture<?> watch;

  /** When the read under way began, by {@link System#nanoTime}; {@link #IDLE} between reads. */
  private volatile long readSince = IDLE;

  private volatile boolean stalled;

  WatchedStream(InputStream body, Duration limit, ScheduledExecutorService timer) {
    super(body);
    this.limit = limit;
    long interval = Math.max(1, limit.toNanos() / LOOKS);
    this.watch = timer.scheduleAtFixedRate(this::look, interval, interval, TimeUnit.NANOSECONDS);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    readSince = System.nanoTime();
    try {
      int read = in.read(buffer, offset, length);
      requireProgress();
      return read;
    } catch (IOException e) {
      requireProgress();
      throw e;
    } finally {
      readSince = IDLE;
    }
  }

  private void requireProgress() throws IOException {
    if (stalled) {
      throw new IOException("nothing came for %d s".formatted(limit.toSeconds()));
    }
  }

  private void look() {
    long since = readSince;
    if (since != IDLE && System.nanoTime() - since > limit.toNanos()) {
      stalled = true;
      watch.cancel(false);
      try {
        in.close();
      } catch (IOException e) {
        // The reader hears of it in its own way.
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    super.close();
  }
}
