package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The components of a JPEG file that have all columns and half of the rows (4:4:0, as a camera's
 * 4:2:2 becomes when it is turned without loss). ImageIO repeats each of their rows; libjpeg-turbo
 * mixes it with its neighbours, and the reference with it. Repeated rows can still be mixed, which
 * is done here.
 *
 * <p>Source: {@code h1v2_fancy_upsample} in {@code jdsample.c} of libjpeg-turbo.
 *
 * @param components their indices
 */
@SuppressWarnings("ArrayRecordComponent") // Read once; never compared.
record JpegHalfHeight(int[] components) {

  /**
   * @param factors each component's sampling factors as they stand in the frame header: horizontal
   *     in the upper four bits, vertical in the lower
   */
  static JpegHalfHeight of(int[] factors) {
    int across = Arrays.stream(factors).map(factor -> factor >> 4).max().orElse(0);
    int down = Arrays.stream(factors).map(factor -> factor & 0xf).max().orElse(0);
    return new JpegHalfHeight(
        IntStream.range(0, factors.length)
            .filter(i -> factors[i] >> 4 == across && 2 * (factors[i] & 0xf) == down)
            .toArray());
  }

  /**
   * Mixes the rows of these components.
   *
   * @param samples uint8, layout {@code [height, width, stride]}; overwritten
   */
  void smooth(byte[] samples, Size size, int stride) {
    for (int component : components) {
      for (int x = 0; x < size.width(); x++) {
        smoothColumn(samples, x * stride + component, size.width() * stride, size.height());
      }
    }
  }

  private static void smoothColumn(byte[] samples, int first, int down, int height) {
    int above = samples[first] & 0xff;
    for (int y = 0; y < height; y += 2) {
      int at = first + y * down;
      int here = samples[at] & 0xff;
      int below = y + 2 < height ? samples[at + 2 * down] & 0xff : here;
      samples[at] = (byte) ((3 * here + above + 1) >> 2);
      if (y + 1 < height) {
        samples[at + down] = (byte) ((3 * here + below + 2) >> 2);
      }
      above = here;
    }
  }
}
