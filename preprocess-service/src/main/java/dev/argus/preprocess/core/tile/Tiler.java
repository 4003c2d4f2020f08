package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.RgbImage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Cuts one picture by a checkpoint's {@link TilePlan}: the tiles of the grid row by row, then the
 * overview. Each tile is cut when it is asked for, and the picture is resized when the first one
 * is, so that a consumer sends the first tile while the others do not exist yet.
 *
 * <p>Not thread-safe, but calls may come from different threads one after another. Holds the
 * picture and its last canvas until it is itself let go.
 */
public final class Tiler implements Iterator<Tile> {
  private final TilePlan plan;
  private final RgbImage source;
  private RgbImage canvas;
  private boolean resized;
  private int next;

  /**
   * @param plan made for a picture of this size
   * @throws IllegalArgumentException when it was made for another
   */
  public Tiler(TilePlan plan, RgbImage picture) {
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
    return new Tile(plan.side(), pixels, sha256(pixels));
  }

  /** Leaves the next tile out: it is not cut. */
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

  private static byte[] sha256(byte[] pixels) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(pixels);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
