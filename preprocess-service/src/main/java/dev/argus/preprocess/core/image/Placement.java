package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.util.Arrays;

/**
 * Where a frame lies on its canvas.
 *
 * @param x pixels from the canvas's left edge
 * @param y pixels from the canvas's top edge
 */
record Placement(int x, int y, Size size) {

  /** Whether the whole frame lies on the canvas. */
  boolean fits(Size canvas) {
    return x + size.width() <= canvas.width() && y + size.height() <= canvas.height();
  }

  /**
   * The canvas with the frame on it; the frame itself where it covers the canvas.
   *
   * @param frame layout {@code [height, width, bytesPerPixel]}
   * @param background the value of every byte around the frame
   */
  byte[] on(Size canvas, byte[] frame, int bytesPerPixel, byte background) {
    if (size.equals(canvas)) {
      return frame;
    }
    byte[] all = new byte[canvas.width() * canvas.height() * bytesPerPixel];
    Arrays.fill(all, background);
    int rowLength = size.width() * bytesPerPixel;
    for (int row = 0; row < size.height(); row++) {
      int target = ((y + row) * canvas.width() + x) * bytesPerPixel;
      System.arraycopy(frame, row * rowLength, all, target, rowLength);
    }
    return all;
  }
}
