package dev.argus.encoder.core;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Tiles of many streams, batched for one vision tower.
 *
 * <p>Design: a bounded queue in front of one platform thread that owns the tower. The thread takes
 * as many tiles as a batch holds, one from each stream in turn ({@link RoundRobin}), runs them
 * without holding the lock, and hands each stream its features. It never waits for a batch to fill:
 * while one runs the next one gathers, so batches grow with the load and a lone request waits for
 * nobody. A run that fails takes the streams in it along; the others do not notice.
 *
 * <p>A stream leaves ({@link TileLane#close}) at any time, for whatever reason: its waiting tiles
 * are dropped, and features that are still being made for it are thrown away.
 *
 * <p>Thread-safe. Owns the tower.
 */
public final class EncoderQueue implements AutoCloseable {
  private final VisionTower tower;
  private final EncoderLimits limits;
  private final Pace pace = new Pace();
  private final Thread worker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by {@link #lock}. */
  private final RoundRobin<TileLane, QueuedTile> waiting = new RoundRobin<>();

  /** Streams that are still served. Guarded by {@link #lock}. */
  private final Set<TileLane> lanes = new HashSet<>();

  /** Guarded by {@link #lock}. */
  private boolean closing;

  /** Starts the thread. */
  public EncoderQueue(String name, VisionTower tower, EncoderLimits limits) {
    this.tower = tower;
    this.limits = limits;
    this.worker = Thread.ofPlatform().name("argus-encoder-" + name).start(this::work);
  }

  /** What it runs; for its sizes. */
  public VisionTower tower() {
    return tower;
  }

  /** Tiles that wait for their turn. */
  public int queuedTiles() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets a stream in.
   *
   * @param timeline gets the stream's {@link ActivityKind#QUEUE} and {@link ActivityKind#ENCODE}
   *     activities, one of each for every run that takes tiles of the stream
   * @param listener hears what becomes of the stream's tiles
   */
  public TileLane open(Timeline timeline, EncodeListener listener) {
    TileLane lane = new TileLane(this, timeline, listener);
    lock.lock();
    try {
      lanes.add(lane);
    } finally {
      lock.unlock();
    }
    return lane;
  }

  void submit(TileLane lane, int index, ByteBuffer pixels) {
    lock.lock();
    try {
      if (closing) {
        throw new Overloaded("The vision encoder is shutting down", Duration.ofSeconds(1));
      }
      if (!lanes.contains(lane)) {
        return;
      }
      if (waiting.size() >= limits.queuedTiles()) {
        throw new Overloaded(
            "The vision encoder's queue of %d tiles is full".formatted(limits.queuedTiles()),
            pace.timeFor(waiting.size()));
      }
      waiting.add(lane, new QueuedTile(lane, index, pixels, lane.timeline().elapsedNanos()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void leave(TileLane lane) {
    lock.lock();
    try {
      lanes.remove(lane);
      waiting.remove(lane);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Encodes what is queued, for at most the drain limit, then stops the thread and closes the
   * tower. Streams that still wait by then fail with {@link Overloaded}.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      awaitEmpty(limits.drain().toNanos());
    } finally {
      lock.unlock();
    }
    fail(waitingLanes(), new Overloaded("The vision encoder has shut down", Duration.ofSeconds(1)));
    joinWorker();
  }

  private void work() {
    try (tower) {
      for (List<QueuedTile> batch = next(); !batch.isEmpty(); batch = next()) {
        run(batch);
      }
    }
  }

  /** Waits for tiles; empty when there are none and never will be. */
  private List<QueuedTile> next() {
    lock.lock();
    try {
      while (waiting.size() == 0 && !closing) {
        changed.awaitUninterruptibly();
      }
      List<QueuedTile> batch = waiting.take(tower.maxBatch());
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void run(List<QueuedTile> batch) {
    Map<TileLane, List<QueuedTile>> byLane =
        batch.stream()
            .collect(
                Collectors.groupingBy(QueuedTile::lane, LinkedHashMap::new, Collectors.toList()));
    List<StartedRun> runs =
        byLane.entrySet().stream()
            .map(entry -> StartedRun.of(entry.getKey(), entry.getValue(), batch.size()))
            .toList();
    try {
      List<ByteBuffer> features = encode(batch);
      runs.forEach(StartedRun::end);
      deliver(batch, features);
    } catch (Throwable failure) { // Whatever it is, the streams in it end and the others go on.
      runs.forEach(StartedRun::end);
      fail(byLane.keySet(), failure);
    }
  }

  private List<ByteBuffer> encode(List<QueuedTile> batch) {
    long start = System.nanoTime();
    List<ByteBuffer> features =
        tower.encode(batch.stream().map(tile -> tile.pixels().duplicate()).toList());
    pace.ran(batch.size(), System.nanoTime() - start);
    int bytes = tower.visualTokens() * tower.hiddenSize() * Float.BYTES;
    if (features.size() != batch.size()
        || features.stream().anyMatch(tile -> tile.remaining() != bytes)) {
      throw new ModelFault("the vision tower gave features of another shape than it says", null);
    }
    return features;
  }

  private void deliver(List<QueuedTile> batch, List<ByteBuffer> features) {
    for (int i = 0; i < batch.size(); i++) {
      QueuedTile tile = batch.get(i);
      if (serves(tile.lane())) {
        tile.lane().listener().encoded(tile.index(), features.get(i));
      }
    }
  }

  private boolean serves(TileLane lane) {
    lock.lock();
    try {
      return lanes.contains(lane);
    } finally {
      lock.unlock();
    }
  }

  /** The one way out for streams that cannot be served: each hears of it once, and has left. */
  private void fail(Iterable<TileLane> failing, Throwable failure) {
    for (TileLane lane : failing) {
      boolean served = serves(lane);
      leave(lane);
      if (served) {
        lane.listener().failed(failure);
      }
    }
  }

  private List<TileLane> waitingLanes() {
    lock.lock();
    try {
      return List.copyOf(waiting.owners());
    } finally {
      lock.unlock();
    }
  }

  private void awaitEmpty(long nanos) {
    long left = nanos;
    try {
      while (waiting.size() > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Told to hurry: what waits fails now.
    }
  }

  private void joinWorker() {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join(); // At most one run: nothing is queued any more.
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
