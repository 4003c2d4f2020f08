package dev.argus.preprocess.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.RgbImage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

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
  private final CompletableFuture<Optional<Decoded>> decoded;
  private volatile boolean dropped;

  /**
   * @param image the picture, upright
   * @param startNanos when a thread began to decode it
   */
  record Decoded(RgbImage image, long startNanos) {}

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
      WorkPool pool,
      Timeline timeline) {
    this.plan = plan;
    this.needed = needed;
    this.budget = budget;
    this.share = share;
    try {
      this.decoded = pool.submit(() -> decode(picture, timeline));
    } catch (ArgusException e) {
      budget.giveBack(share);
      throw e;
    }
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

  /** Lets the picture go. Its memory is given back when nobody decodes it any more. */
  void drop() {
    dropped = true;
    var _ = decoded.whenComplete((_, _) -> budget.giveBack(share));
  }

  private Optional<Decoded> decode(OpenedPicture picture, Timeline timeline) {
    if (dropped || !needed.getAsBoolean()) {
      return Optional.empty();
    }
    long start = timeline.elapsedNanos();
    RgbImage image = picture.decode();
    timeline.record(ActivityKind.DECODE_IMAGE, start, 1);
    return Optional.of(new Decoded(image, start));
  }
}
