package dev.argus.preprocess.core.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * How many rows of a picture a decoder has written, while it is at it, read off the picture itself.
 *
 * <p>Design note. TurboJPEG decodes a file in one call and says nothing until the end. But it
 * writes row after row, from the top, and it promises that the alpha of each pixel of {@link
 * TurboJpeg.Layout#RGBA} is 255 then. So the alpha of some rows' last pixels is set to 0
 * beforehand: where it has become 255, all rows above are written. That is so only where a
 * processor shows what one thread writes to others in the order in which it was written, as x86-64
 * does; elsewhere no row counts as written before the decoder says that all are. The decoder may
 * find a fault in the file after that: then the rows are worth nothing.
 *
 * <p>Thread-safe.
 */
final class WrittenRows {
  /** Every so many rows one is marked. */
  private static final int STEP = 16;

  private static final byte OPAQUE = (byte) 255;
  private static final VarHandle BYTE = JAVA_BYTE.varHandle();
  private static final boolean IN_ORDER = System.getProperty("os.arch").equals("amd64");

  private final MemorySegment samples;
  private final long rowBytes;
  private final int height;
  private volatile int known;

  /**
   * Marks rows, before the decoder begins.
   *
   * @param samples layout {@code [height, width, RGBA]}
   */
  WrittenRows(MemorySegment samples, Size size) {
    this.samples = samples;
    this.rowBytes = (long) TurboJpeg.Layout.BYTES_PER_PIXEL * size.width();
    this.height = size.height();
    for (int row = STEP; row < height; row += STEP) {
      BYTE.setVolatile(samples, alpha(row), (byte) 0);
    }
  }

  /** Rows, from the top, that are written. */
  int count() {
    int count = known;
    if (IN_ORDER) {
      while (count + STEP < height
          && (byte) BYTE.getAcquire(samples, alpha(count + STEP)) == OPAQUE) {
        count += STEP;
      }
    }
    return count;
  }

  /** Says that the decoder has written all. */
  void all() {
    known = height;
  }

  /** Where the alpha of a row's last pixel lies. */
  private long alpha(int row) {
    return (row + 1) * rowBytes - 1;
  }
}
