package dev.argus.preprocess.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.timeline.Timeline;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Turns conversations into prompt layouts and tiles.
 *
 * <p>Design note. A request runs on its caller's thread, a virtual one, and sends from there; so a
 * slow reader blocks that thread and nothing else. All computing is handed to a {@link WorkPool} of
 * as many platform threads as there are cores, in pieces of some milliseconds, so that many
 * requests advance side by side and gRPC's own threads stay free. Three limits hold at once: the
 * number of requests (more are refused, with a hint when to try again), the threads, and the memory
 * of decoded pictures ({@link PixelBudget}), which alone depends on how fast readers read.
 *
 * <p>A picture that is alone has all threads: idle ones compute blocks of it ({@link
 * WorkPool#begin}).
 *
 * <p>A picture is decoded as soon as its header is read. Only one that was asked about of late
 * waits for the word which tiles are held: that of a decoder which has a slot free is there in less
 * than a millisecond, and the picture need not be decoded at all.
 *
 * <p>Thread-safe.
 */
public final class Preprocessor implements AutoCloseable {
  /** About a megabyte. */
  private static final int PICTURES_REMEMBERED = 10_000;

  private final PreprocessLimits limits;
  private final Parallelism parallelism;
  private final ConversationCheck check;
  private final Semaphore places;
  private final PixelBudget budget;
  private final WorkPool pool;
  private final PictureWorkshop workshop;
  private final RecentPictures recent = new RecentPictures(PICTURES_REMEMBERED);

  /** Starts its threads. With all recipes. */
  public Preprocessor(PreprocessLimits limits, Parallelism parallelism) {
    this(limits, parallelism, EnumSet.allOf(PreprocessRecipe.class));
  }

  /** Starts its threads. */
  public Preprocessor(
      PreprocessLimits limits, Parallelism parallelism, Set<PreprocessRecipe> recipes) {
    this.limits = limits;
    this.parallelism = parallelism;
    this.check = new ConversationCheck(limits);
    this.places = new Semaphore(parallelism.requests());
    this.budget = new PixelBudget(parallelism.pixelBytes());
    int piecesPerRequest = 1 + parallelism.picturesAhead();
    this.pool =
        new WorkPool(
            parallelism.threads(),
            parallelism.requests() * piecesPerRequest
                + WorkPool.mostCallsForHelp(parallelism.threads()),
            parallelism.retryAfter());
    this.workshop = new PictureWorkshop(recipes, pool);
  }

  /** Whether JPEG files are decoded by libjpeg-turbo; else by the JDK. */
  public boolean usesTurboJpeg() {
    return workshop.usesTurboJpeg();
  }

  /**
   * Prepares one conversation, and returns when its last tile is taken. To cancel, interrupt the
   * thread, or throw from the sink.
   *
   * @param timeline gets what was done; complete when this returns or throws
   * @throws InvalidInput when the conversation is wrong
   * @throws Overloaded when too many requests are in progress, or no memory comes free
   * @throws Cancelled when the thread is interrupted
   */
  public void preprocess(
      Conversation conversation, ServedModel model, Timeline timeline, PreprocessSink sink) {
    check.check(conversation);
    if (!places.tryAcquire()) {
      throw new Overloaded(
          "the preprocessing service has " + parallelism.requests() + " requests in progress",
          parallelism.retryAfter());
    }
    try {
      new PreprocessRun(timeline, pool, workshop, budget, recent, limits, parallelism)
          .run(conversation, model, sink);
    } finally {
      places.release();
    }
  }

  /** Requests in progress, waiting ones included. */
  public int requestsInProgress() {
    return parallelism.requests() - places.availablePermits();
  }

  /** Pieces of work that wait for a thread. */
  public int waitingWork() {
    return pool.waiting();
  }

  /** Pieces of work that wait for a thread or have one. */
  public int load() {
    return pool.load();
  }

  /** Bytes of pictures in memory. */
  public long pixelBytesInUse() {
    return budget.totalBytes() - budget.freeBytes();
  }

  /**
   * Takes no more work, and waits for what its threads are at. Requests in progress end with {@link
   * Cancelled}.
   */
  @Override
  public void close() {
    pool.close();
    workshop.close();
  }
}
