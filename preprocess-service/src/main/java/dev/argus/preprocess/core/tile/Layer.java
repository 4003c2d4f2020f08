package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.Pixels;

/**
 * A picture that is computed where it is read: the source, or the source after some resizes. A
 * layer asks the one below for just those pixels that it needs, and just before it needs them, so
 * that a tile comes from the source in one go and the pictures in between never exist as a whole.
 * Each layer rounds to uint8, as the reference does between its resizes; hence the same bytes.
 *
 * <p>Pixels are packed as {@link Pixels} packs them. Thread-safe.
 */
sealed interface Layer permits SourceLayer, RowsLayer, WidenedLayer, HeightenedLayer {
  Size size();

  /** The rectangle of the source that a rectangle is made of. */
  Area source(Area area);

  /**
   * Begins to compute a rectangle.
   *
   * @param scratch whose memory it uses until the last row is read
   */
  Rows open(Area area, Scratch scratch);

  /**
   * The layers of one resize: Pillow's {@code Image.resize}, first along x, then along y; an axis
   * whose length stays is left out.
   */
  static Layer resized(Layer from, Size to, Filter filter, WeightTables weights) {
    Size size = from.size();
    Layer widened =
        size.width() == to.width()
            ? from
            : new WidenedLayer(from, weights.of(size.width(), to.width(), filter));
    return size.height() == to.height()
        ? widened
        : new HeightenedLayer(widened, weights.of(size.height(), to.height(), filter));
  }
}
