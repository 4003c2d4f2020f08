package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stream of tiles of a {@link SteppedTower}, which writes down what it hears. Its counts are the
 * encoder's thread's, and another may read them after {@link #next}.
 */
final class RecordedStream implements EncodeListener {
  final AtomicLong clock = new AtomicLong();
  final Timeline timeline = new Timeline(clock::get);
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  final List<String> batches = new ArrayList<>();
  final TileLane lane;
  int runsOpen;
  int runsShared;
  int runsEnded;
  volatile boolean throwing;
  volatile boolean throwingAtOnce;

  RecordedStream(EncoderQueue queue) {
    this(queue, Tenant.DEFAULT);
  }

  RecordedStream(EncoderQueue queue, Tenant tenant) {
    lane = queue.open(tenant, timeline, this);
  }

  void submit(int tile) {
    lane.submit(tile, Digest.of(SteppedTower.tile(tile)), SteppedTower.tile(tile));
  }

  /** What it hears next, such as {@code 7 = 7.0}: tile 7 has the features of tile 7. */
  String next() throws InterruptedException {
    String event = heard.poll(20, TimeUnit.SECONDS);
    return event == null ? "nothing" : event;
  }

  @Override
  public RunListener encoding(int tiles, int batch) {
    throwIf(throwingAtOnce);
    batches.add(tiles + " of " + batch);
    runsOpen++;
    return new RunListener() {
      @Override
      public void sharedWith(RunListener other) {
        runsShared++;
      }

      @Override
      public void over() {
        runsOpen--;
        runsEnded++;
      }
    };
  }

  @Override
  public void encoded(int index, ByteBuffer features) {
    throwIf(throwing);
    heard.add(index + " = " + number(features));
  }

  @Override
  public void reused(int index, ByteBuffer features) {
    heard.add(index + " reused " + number(features));
  }

  @Override
  public void failed(Throwable failure) {
    heard.add("failed: " + failure.getMessage());
  }

  /** Reads to the end, as a reader may who shares features with others. */
  private static float number(ByteBuffer features) {
    assertThat(features.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(features.remaining()).isEqualTo(16);
    float number = features.getFloat();
    while (features.hasRemaining()) {
      assertThat(features.getFloat()).isEqualTo(number);
    }
    return number;
  }

  private static void throwIf(boolean asked) {
    if (asked) {
      throw new IllegalStateException("careless");
    }
  }
}
