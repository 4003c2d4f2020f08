package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.RgbImage;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Cuts as the reference is written: the whole picture is resized, and the result again, when the
 * first tile is asked for; then each tile is copied out. One thread. The plain form of what {@link
 * BlockTiler} does in one go.
 *
 * <p>Holds the picture and its last canvas until it is itself let go.
 */
public final class StepwiseTiler implements Tiler {
  private final TilePlan plan;
  private final RgbImage source;
  private RgbImage canvas;
  private boolean resized;
  private int next;

  /**
   * @param plan made for a picture of this size
   * @throws IllegalArgumentException when it was made for another
   */
  public StepwiseTiler(TilePlan plan, RgbImage picture) {
    if (!plan.source().equals(picture.size())) {
      throw new IllegalArgumentException(
          "a plan for %s cannot cut a picture of %s".formatted(plan.source(), picture.size()));
    }
    this.plan = plan;
    this.source = picture;
    this.canvas = picture;
  }

  @Override
  public boolean hasNext() {
    return next < plan.tiles();
  }

  @Override
  public Tile next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    resizeOnce();
    int index = next++;
    byte[] pixels =
        index < plan.rows() * plan.columns()
            ? crop(index / plan.columns(), index % plan.columns())
            : overview().pixels();
    return new Tile(plan.side(), pixels);
  }

  @Override
  public void cutAhead() {}

  @Override
  public Optional<Duration> awaitReady() {
    return Optional.empty();
  }

  @Override
  public void skip() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    next++;
  }

  private void resizeOnce() {
    if (resized) {
      return;
    }
    for (Size size : plan.canvases()) {
      canvas = Resampler.resize(canvas, size, plan.filter());
    }
    resized = true;
  }

  private byte[] crop(int row, int column) {
    int rowLength = plan.side() * RgbImage.CHANNELS;
    byte[] pixels = new byte[plan.side() * rowLength];
    for (int y = 0; y < plan.side(); y++) {
      int from = canvas.rowOffset(row * plan.side() + y) + column * rowLength;
      System.arraycopy(canvas.pixels(), from, pixels, y * rowLength, rowLength);
    }
    return pixels;
  }

  private RgbImage overview() {
    RgbImage from = plan.overview() == Overview.FROM_SOURCE ? source : canvas;
    return Resampler.resize(from, new Size(plan.side(), plan.side()), plan.filter());
  }

  @Override
  public void close() {}
}
