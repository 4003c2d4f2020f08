package dev.argus.preprocess.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.preprocess.core.tile.Tile;
import dev.argus.preprocess.core.tile.Tiler;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A picture that is being decoded, or is decoded and not yet sent, and the memory set aside for it.
 * Belongs to the thread of its {@link PreprocessRun}, which drops it exactly once.
 */
final class PictureInHand {
  /** A picture while it is decoded, and while it is resized, takes about twice its own size. */
  private static final int COPIES = 2;

  private final TilePlan plan;
  private final BooleanSupplier needed;
  private final PixelBudget budget;
  private final PixelBudget.Share share;
  private final PictureWorkshop workshop;
  private final CompletableFuture<Optional<Decoded>> decoded;

  /** The latest piece of work that reads the picture. */
  private CompletableFuture<?> latest;

  /** The picture while it is being decoded, where that can be seen. */
  private volatile @Nullable Decoded begun;

  private volatile boolean dropped;

  /**
   * @param pixels the picture
   * @param tiler cuts it
   * @param startNanos when a thread began to decode it
   */
  record Decoded(Pixels pixels, Tiler tiler, long startNanos) {
    void close() {
      tiler.close();
      pixels.close();
    }
  }

  /**
   * Has a picture decoded.
   *
   * @param needed asked just before it is decoded, on the thread that would
   * @param share taken from the budget; given back when the picture is dropped, or at once if this
   *     throws
   */
  PictureInHand(
      OpenedPicture picture,
      TilePlan plan,
      BooleanSupplier needed,
      PixelBudget budget,
      PixelBudget.Share share,
      PictureWorkshop workshop,
      WorkPool pool,
      Timeline timeline) {
    this.plan = plan;
    this.needed = needed;
    this.budget = budget;
    this.share = share;
    this.workshop = workshop;
    try {
      this.decoded = pool.submit(() -> decode(picture, timeline));
    } catch (ArgusException e) {
      budget.giveBack(share);
      throw e;
    }
    latest = decoded;
  }

  /** Bytes to set aside for a picture. */
  static long bytes(TilePlan plan) {
    long canvas = plan.canvases().stream().mapToLong(PictureInHand::bytes).max().orElse(0);
    return COPIES * (bytes(plan.source()) + canvas);
  }

  private static long bytes(Size size) {
    return (long) RgbImage.CHANNELS * size.width() * size.height();
  }

  TilePlan plan() {
    return plan;
  }

  /** The picture; empty when it was not needed any more. */
  CompletableFuture<Optional<Decoded>> decoded() {
    return decoded;
  }

  /** Remembers a piece of work that reads the picture. One at a time. */
  void read(CompletableFuture<Tile> cutting) {
    latest = cutting;
  }

  /** Has others cut what can be cut of the picture while it is being decoded. */
  void cutAhead() {
    Decoded early = begun;
    if (early != null) {
      early.tiler().cutAhead();
    }
  }

  /** Lets the picture go. Its memory is given back when nobody decodes or reads it any more. */
  void drop() {
    dropped = true;
    var _ = CompletableFuture.allOf(decoded, latest).whenComplete((_, _) -> release());
  }

  private void release() {
    Optional<Decoded> last = decoded.isCompletedExceptionally() ? Optional.empty() : decoded.join();
    Stream.concat(Optional.ofNullable(begun).stream(), last.stream())
        .distinct()
        .forEach(Decoded::close);
    budget.giveBack(share);
  }

  private Optional<Decoded> decode(OpenedPicture picture, Timeline timeline) {
    if (dropped || !needed.getAsBoolean()) {
      return Optional.empty();
    }
    long start = timeline.elapsedNanos();
    Pixels pixels = workshop.decode(picture, early -> begun = cut(early, start));
    timeline.record(ActivityKind.DECODE_IMAGE, start, 1);
    Decoded early = begun;
    return Optional.of(early != null && early.pixels().equals(pixels) ? early : cut(pixels, start));
  }

  private Decoded cut(Pixels pixels, long start) {
    return new Decoded(pixels, workshop.cut(plan, pixels), start);
  }
}
