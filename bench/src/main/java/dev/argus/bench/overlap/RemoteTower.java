package dev.argus.bench.overlap;

import dev.argus.encoder.core.ForwardingTower;
import dev.argus.encoder.core.VisionTower;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A vision tower as it would be on a processor of its own, elsewhere: each tile takes a fixed time,
 * and none of this machine's. Its features are those of the first tile it was given. Thread-safe.
 */
public final class RemoteTower extends ForwardingTower {
  private final Duration tileTime;
  private @Nullable ByteBuffer features;

  /**
   * @param tower whose sizes it has; closed with this
   */
  public RemoteTower(VisionTower tower, Duration tileTime) {
    super(tower);
    this.tileTime = tileTime;
  }

  @Override
  public synchronized List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    ByteBuffer known = features == null ? tower().encode(tiles.subList(0, 1)).getFirst() : features;
    features = known;
    long end = System.nanoTime() + tileTime.multipliedBy(tiles.size()).toNanos();
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return tiles.stream().map(_ -> known.duplicate().order(known.order())).toList();
  }
}
