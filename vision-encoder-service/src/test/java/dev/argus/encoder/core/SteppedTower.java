package dev.argus.encoder.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tower whose runs a test steps through: each run waits for the test to say what becomes of it.
 *
 * <p>Tiles are {@code 2 x 2} pixels, and a tile's features are its first byte, four times.
 */
public final class SteppedTower implements VisionTower {
  private static final long LIMIT_SECONDS = 20;
  private static final int SIDE = 2;
  private static final int VISUAL_TOKENS = 2;
  private static final int HIDDEN_SIZE = 2;

  private final int maxBatch;
  private final BlockingQueue<List<Integer>> started = new LinkedBlockingQueue<>();
  private final SynchronousQueue<Step> steps = new SynchronousQueue<>();
  private final BlockingQueue<Integer> staged = new LinkedBlockingQueue<>();
  private volatile boolean staging;
  private volatile @Nullable RuntimeException stagingFailure;
  private volatile boolean stepping = true;
  private volatile boolean closed;

  private record Step(@Nullable RuntimeException failure) {}

  public SteppedTower(int maxBatch) {
    this.maxBatch = maxBatch;
  }

  /** Stages, too. */
  SteppedTower staging() {
    staging = true;
    return this;
  }

  /** From now on staging fails. */
  void failStaging(RuntimeException failure) {
    stagingFailure = failure;
  }

  /** The number of the tile that is staged next. */
  int awaitStaged() {
    return present(poll(staged));
  }

  /** Whether no more were staged than {@link #awaitStaged} gave. */
  boolean stagedNoMore() {
    return staged.isEmpty();
  }

  /** A tile that {@link #awaitRun} knows by this number. */
  public static ByteBuffer tile(int number) {
    byte[] pixels = new byte[SIDE * SIDE * 3];
    pixels[0] = (byte) number;
    return ByteBuffer.wrap(pixels);
  }

  /** The numbers of the tiles in the run that begins next. */
  public List<Integer> awaitRun() {
    return present(poll(started));
  }

  /** Lets the run that has begun succeed. */
  public void finishRun() {
    offer(new Step(null));
  }

  /** Lets the run that has begun fail. */
  public void failRun(RuntimeException failure) {
    offer(new Step(failure));
  }

  /** From now on runs succeed by themselves. */
  public void runFreely() {
    stepping = false;
    var _ = steps.offer(new Step(null));
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public int side() {
    return SIDE;
  }

  @Override
  public int visualTokens() {
    return VISUAL_TOKENS;
  }

  @Override
  public int hiddenSize() {
    return HIDDEN_SIZE;
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public boolean stages() {
    return staging;
  }

  @Override
  public void stage(ByteBuffer tile) {
    staged.add((int) tile.get(0));
    if (stagingFailure != null) {
      throw stagingFailure;
    }
  }

  @Override
  public List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    started.add(tiles.stream().map(tile -> (int) tile.get(0)).toList());
    if (stepping) {
      Step step = present(poll(steps));
      if (step.failure() != null) {
        throw step.failure();
      }
    }
    List<ByteBuffer> features = new ArrayList<>();
    for (ByteBuffer tile : tiles) {
      ByteBuffer values =
          ByteBuffer.allocate(VISUAL_TOKENS * HIDDEN_SIZE * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < VISUAL_TOKENS * HIDDEN_SIZE; i++) {
        values.putFloat(tile.get(0));
      }
      features.add(values.flip());
    }
    return features;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void offer(Step step) {
    try {
      if (!steps.offer(step, LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("no run waits");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> @Nullable T poll(BlockingQueue<T> queue) {
    try {
      return queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("nothing came in " + LIMIT_SECONDS + " s");
    }
    return value;
  }
}
