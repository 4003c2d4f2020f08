package dev.argus.preprocess.core.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.IntSupplier;

/**
 * A decoded picture, seen upright: the memory that the decoder wrote, and how to walk through it. A
 * turned or mirrored picture is never copied to stand upright; it is read in another order.
 *
 * <p>Pixels are handed out as ints, red in the lowest 8 bits, then green, then blue; the highest 8
 * bits are undefined.
 *
 * <p>Thread-safe until it is closed, which nobody may do while another reads. Closing it gives its
 * memory back.
 */
public final class Pixels implements AutoCloseable {
  private static final ValueLayout.OfInt FOUR_BYTES =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment samples;
  private final int bytesPerPixel;
  private final Size stored;
  private final Orientation orientation;
  private final Orientation.Walk walk;
  private final IntSupplier rowsStored;
  private final Runnable release;

  /**
   * @param samples uint8, layout {@code [height, width, bytesPerPixel]}: red, green, blue, and
   *     whatever else
   * @param rowsStored how many rows are there, from the top: all, but while a decoder writes them
   * @param release run when the picture is closed
   */
  public Pixels(
      MemorySegment samples,
      int bytesPerPixel,
      Size stored,
      Orientation orientation,
      IntSupplier rowsStored,
      Runnable release) {
    this.samples = samples;
    this.bytesPerPixel = bytesPerPixel;
    this.stored = stored;
    this.orientation = orientation;
    this.walk = orientation.walk(stored, bytesPerPixel);
    this.rowsStored = rowsStored;
    this.release = release;
  }

  /** A picture on the heap; not to be modified from now on. */
  public static Pixels of(RgbImage stored, Orientation orientation) {
    return new Pixels(
        MemorySegment.ofArray(stored.pixels()),
        RgbImage.CHANNELS,
        stored.size(),
        orientation,
        stored::height,
        () -> {});
  }

  /** Size in pixels of the upright picture. */
  public Size size() {
    return orientation.apply(stored);
  }

  /** Whether the picture is there as a whole: it is not while it is being decoded. */
  public boolean isWhole() {
    return rowsStored() == stored.height();
  }

  /** How many rows of the stored picture are there, from the top, to be read. */
  public int rowsStored() {
    return rowsStored.getAsInt();
  }

  /**
   * How many rows of the stored picture, from the top, hold all of a rectangle, which is not empty.
   */
  public int rowsHolding(int x, int y, int width, int height) {
    long first = walk.offset(x, y);
    long last = walk.offset(x + width - 1, y + height - 1);
    return 1 + (int) (Math.max(first, last) / ((long) bytesPerPixel * stored.width()));
  }

  /**
   * Reads a rectangle, row by row.
   *
   * @param into gets pixel (x + i, y + j) at {@code [j][i]}
   */
  public void rows(int x, int y, int width, int height, int[][] into) {
    for (int j = 0; j < height; j++) {
      long at = walk.offset(x, y + j);
      int[] row = into[j];
      if (walk.xStep() == Integer.BYTES) {
        MemorySegment.copy(samples, FOUR_BYTES, at, row, 0, width);
        continue;
      }
      for (int i = 0; i < width; i++) {
        row[i] = pixel(at);
        at += walk.xStep();
      }
    }
  }

  private int pixel(long at) {
    if (bytesPerPixel == Integer.BYTES) {
      return samples.get(FOUR_BYTES, at);
    }
    return (samples.get(JAVA_BYTE, at) & 0xff)
        | (samples.get(JAVA_BYTE, at + 1) & 0xff) << 8
        | (samples.get(JAVA_BYTE, at + 2) & 0xff) << 16;
  }

  /** The upright picture in one plain array: a copy, unless it is one already. */
  public RgbImage toRgbImage() {
    byte[] rgb =
        bytesPerPixel == RgbImage.CHANNELS && samples.heapBase().orElse(null) instanceof byte[] all
            ? all
            : withoutPadding();
    return orientation.apply(new RgbImage(rgb, stored.width(), stored.height()));
  }

  private byte[] withoutPadding() {
    int pixels = stored.width() * stored.height();
    byte[] rgb = new byte[Math.multiplyExact(pixels, RgbImage.CHANNELS)];
    int out = 0;
    for (int i = 0; i < pixels; i++) {
      int pixel = pixel((long) i * bytesPerPixel);
      rgb[out++] = (byte) pixel;
      rgb[out++] = (byte) (pixel >> 8);
      rgb[out++] = (byte) (pixel >> 16);
    }
    return rgb;
  }

  @Override
  public void close() {
    release.run();
  }
}
