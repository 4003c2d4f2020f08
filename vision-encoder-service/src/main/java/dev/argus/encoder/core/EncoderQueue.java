package dev.argus.encoder.core;

import dev.argus.base.digest.Digest;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tiles of many streams, batched for one vision tower.
 *
 * <p>Design: a bounded queue in front of one platform thread that owns the tower. The thread takes
 * as many tiles as a batch holds, one from each stream in turn ({@link RoundRobin}), runs them
 * without holding the lock, and hands each stream its features. It never waits for a batch to fill:
 * while one runs the next one gathers, so batches grow with the load and a lone request waits for
 * nobody. A run that fails takes the streams in it along; the others do not notice. Where the tower
 * stages, another thread stages the tiles of the next batch meanwhile ({@link TileStager}).
 *
 * <p>With a {@link FeatureCache}, a tile that was encoded before is answered at once, and of tiles
 * with the same pixels that wait at the same time one is encoded. Each keeps its own place in its
 * own stream's turn; whichever comes first is encoded, and the others get what it gives. So nobody
 * waits longer for having company, and a stream that leaves, or fails, takes nothing from those who
 * wait for the same. Failures are not kept.
 *
 * <p>A stream leaves ({@link TileLane#close}) at any time, for whatever reason: its waiting tiles
 * are dropped, and features that are still being made for it are thrown away.
 *
 * <p>Thread-safe. Owns the tower.
 */
public final class EncoderQueue implements AutoCloseable {
  /** The tower returns from one run: longer, and it hangs. */
  private static final Duration LONGEST_RUN = Duration.ofMinutes(2);

  private final VisionTower tower;
  private final String weights;
  private final EncoderLimits limits;
  private final Optional<FeatureCache> cache;
  private final Pace pace = new Pace();
  private final TileStager stager;
  private final Thread worker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by {@link #lock}. */
  private final RoundRobin<TileLane, QueuedTile> waiting = new RoundRobin<>();

  /** Streams with tiles in the run that is going on. Guarded by {@link #lock}. */
  private Set<TileLane> running = Set.of();

  /** Streams that are still served. Guarded by {@link #lock}. */
  private final Set<TileLane> lanes = new HashSet<>();

  /** Guarded by {@link #lock}. */
  private boolean closing;

  /**
   * Starts the thread.
   *
   * @param name of the model, for the thread's name
   * @param weights what the tower runs, for the cache: fingerprint and precision
   * @param cache of features; empty: every tile is encoded
   */
  public EncoderQueue(
      String name,
      VisionTower tower,
      String weights,
      EncoderLimits limits,
      Optional<FeatureCache> cache) {
    this.tower = tower;
    this.weights = weights;
    this.limits = limits;
    this.cache = cache;
    this.stager = new TileStager(tower, this::awaitStaging);
    this.worker = Thread.ofPlatform().name("argus-encoder-" + name).start(this::work);
    if (tower.stages()) {
      Thread.ofPlatform().daemon().name("argus-stager-" + name).start(stager);
    }
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

  /** Streams with tiles that wait or are being encoded. */
  public int load() {
    lock.lock();
    try {
      Set<TileLane> busy = new HashSet<>(running);
      busy.addAll(waiting.owners());
      return busy.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets a stream in.
   *
   * @param tenant whose tiles they are
   * @param timeline gets the stream's {@link ActivityKind#QUEUE} and {@link ActivityKind#ENCODE}
   *     activities, one of each for every run that takes tiles of the stream, and a QUEUE for every
   *     tile that waited until another gave its features
   * @param listener hears what becomes of the stream's tiles
   */
  public TileLane open(Tenant tenant, Timeline timeline, EncodeListener listener) {
    TileLane lane = new TileLane(this, tenant, timeline, listener);
    lock.lock();
    try {
      lanes.add(lane);
    } finally {
      lock.unlock();
    }
    return lane;
  }

  void submit(TileLane lane, int index, Digest digest, ByteBuffer pixels) {
    FeatureKey key = new FeatureKey(lane.tenant(), weights, digest);
    Optional<ByteBuffer> known;
    lock.lock();
    try {
      if (closing) {
        throw new Overloaded("The vision encoder is shutting down", Duration.ofSeconds(1));
      }
      if (!lanes.contains(lane)) {
        return;
      }
      known = cache.flatMap(features -> features.find(key));
      if (known.isEmpty()) {
        enqueue(new QueuedTile(lane, index, key, pixels, lane.timeline().elapsedNanos()));
      }
    } finally {
      lock.unlock();
    }
    known.ifPresent(features -> lane.listener().reused(index, features));
  }

  private void enqueue(QueuedTile tile) {
    if (waiting.size() >= limits.queuedTiles()) {
      throw new Overloaded(
          "The vision encoder's queue of %d tiles is full".formatted(limits.queuedTiles()),
          pace.timeFor(waiting.size()));
    }
    waiting.add(tile.lane(), tile);
    changed.signalAll();
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
   *
   * @throws ModelFault if the tower hangs
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
      for (TileBatch batch = next(); !batch.tiles().isEmpty(); batch = next()) {
        run(batch);
      }
    }
  }

  /** Waits for a tile that can be staged, because others are being encoded; empty at the end. */
  private Optional<QueuedTile> awaitStaging() {
    lock.lock();
    try {
      Optional<QueuedTile> next = nextToStage();
      while (next.isEmpty() && !closing) {
        changed.awaitUninterruptibly();
        next = nextToStage();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private Optional<QueuedTile> nextToStage() {
    return running.isEmpty() ? Optional.empty() : stager.pick(waiting.next(tower.maxBatch()));
  }

  /** Waits for tiles; empty when there are none and never will be. */
  private TileBatch next() {
    TileBatch batch = new TileBatch(cache.isPresent());
    lock.lock();
    try {
      running = Set.of();
      while (waiting.size() == 0 && !closing) {
        changed.awaitUninterruptibly();
      }
      while (waiting.size() > 0 && batch.tiles().size() < tower.maxBatch()) {
        batch.add(waiting.take());
      }
      running = batch.lanes();
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void run(TileBatch batch) {
    List<StartedRun> runs = new ArrayList<>();
    try {
      batch
          .byLane()
          .forEach((lane, tiles) -> runs.add(StartedRun.of(lane, tiles, batch.tiles().size())));
      StartedRun.introduce(runs);
      List<ByteBuffer> features = encode(batch.tiles());
      runs.forEach(StartedRun::end);
      deliver(batch, features);
    } catch (Throwable failure) { // Whatever it is, the streams in it end and the others go on.
      fail(batch.lanes(), failure);
    } finally {
      runs.forEach(StartedRun::end);
    }
  }

  private List<ByteBuffer> encode(List<QueuedTile> batch) {
    long start = System.nanoTime();
    List<ByteBuffer> features = tower.encode(batch.stream().map(QueuedTile::pixels).toList());
    pace.ran(batch.size(), System.nanoTime() - start);
    int bytes = tower.visualTokens() * tower.hiddenSize() * Float.BYTES;
    if (features.size() != batch.size()
        || features.stream().anyMatch(tile -> tile.remaining() != bytes)) {
      throw new ModelFault("the vision tower gave features of another shape than it says", null);
    }
    return features;
  }

  private void deliver(TileBatch batch, List<ByteBuffer> features) {
    Map<FeatureKey, ByteBuffer> made = new HashMap<>();
    for (int i = 0; i < features.size(); i++) {
      made.put(batch.tiles().get(i).key(), features.get(i));
    }
    List<QueuedTile> companions = keep(made, batch);
    for (int i = 0; i < features.size(); i++) {
      QueuedTile tile = batch.tiles().get(i);
      ByteBuffer own = FeatureCache.view(features.get(i));
      deliver(tile.lane(), () -> tile.lane().listener().encoded(tile.index(), own));
    }
    for (QueuedTile tile : companions) {
      ByteBuffer shared = Objects.requireNonNull(made.get(tile.key()));
      deliver(tile.lane(), () -> tile.reuse(FeatureCache.view(shared)));
    }
  }

  /** Keeps what was made, and takes everybody from the queue who waits for the same. */
  private List<QueuedTile> keep(Map<FeatureKey, ByteBuffer> made, TileBatch batch) {
    if (cache.isEmpty()) {
      return List.of();
    }
    List<QueuedTile> companions = new ArrayList<>(batch.companions());
    lock.lock();
    try {
      made.forEach(cache.get()::keep);
      companions.addAll(waiting.takeAll(tile -> made.containsKey(tile.key())));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return companions;
  }

  /** A listener that throws, which it must not, ends its own stream only. */
  private void deliver(TileLane lane, Runnable delivery) {
    if (serves(lane)) {
      try {
        delivery.run();
      } catch (RuntimeException | Error e) {
        fail(List.of(lane), e);
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
    try {
      // At most one run: nothing is queued any more.
      if (!worker.join(LONGEST_RUN)) {
        throw new ModelFault("the vision tower did not return within " + LONGEST_RUN, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
