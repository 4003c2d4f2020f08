package dev.argus.preprocess.core.tile;

import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.RgbImage;
import java.util.Arrays;

/**
 * Resizes pictures exactly as Pillow's {@code Image.resize} does, byte for byte.
 *
 * <p>Design note. A filter that is a product of one for x and one for y is applied in two passes:
 * first every row to the new width, then every column to the new height. Pillow rounds to uint8
 * between the passes and computes in integers, weights with 22 fractional bits, so that the result
 * is the same on every machine; both are kept here, in this order. An axis whose length stays is
 * not filtered at all.
 *
 * <p>The horizontal pass gathers: it sums a run of neighbouring pixels for each output pixel, with
 * one accumulator for each of the three channels. The vertical pass scatters: it adds whole rows,
 * each times one weight, into a row of accumulators; its inner loop has no dependency from one byte
 * to the next, which the JIT turns into vector instructions.
 *
 * <p>Cost: {@code outputWidth * inputHeight * tapsX + outputWidth * outputHeight * tapsY} steps for
 * each channel, where taps are twice the filter's support, times the shrinking factor if the axis
 * shrinks. Memory: the result, and the picture between the passes.
 *
 * <p>Source: {@code Resample.c} of Pillow 11.3. Stateless.
 */
public final class Resampler {
  private static final int CHANNELS = RgbImage.CHANNELS;
  private static final int FRACTION_BITS = Weights.FRACTION_BITS;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private Resampler() {}

  /** The picture in another size; the same object where the size is the same. */
  public static RgbImage resize(RgbImage image, Size size, Filter filter) {
    Kernel kernel = Kernel.of(filter);
    RgbImage widened =
        image.width() == size.width()
            ? image
            : horizontal(image, Weights.of(image.width(), size.width(), kernel));
    return widened.height() == size.height()
        ? widened
        : vertical(widened, Weights.of(widened.height(), size.height(), kernel));
  }

  private static RgbImage horizontal(RgbImage image, Weights weights) {
    int width = weights.outputs();
    byte[] out = new byte[Math.multiplyExact(width * CHANNELS, image.height())];
    for (int y = 0; y < image.height(); y++) {
      horizontalRow(image.pixels(), image.rowOffset(y), weights, out, y * width * CHANNELS);
    }
    return new RgbImage(out, width, image.height());
  }

  private static void horizontalRow(byte[] in, int row, Weights weights, byte[] out, int outRow) {
    int[] values = weights.values();
    int target = outRow;
    for (int x = 0; x < weights.outputs(); x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int source = row + weights.first()[x] * CHANNELS;
      int tap = x * weights.taps();
      for (int end = tap + weights.counts()[x]; tap < end; tap++) {
        int weight = values[tap];
        red += (in[source] & 0xff) * weight;
        green += (in[source + 1] & 0xff) * weight;
        blue += (in[source + 2] & 0xff) * weight;
        source += CHANNELS;
      }
      out[target] = round(red);
      out[target + 1] = round(green);
      out[target + 2] = round(blue);
      target += CHANNELS;
    }
  }

  private static RgbImage vertical(RgbImage image, Weights weights) {
    int height = weights.outputs();
    int rowLength = image.width() * CHANNELS;
    byte[] out = new byte[Math.multiplyExact(rowLength, height)];
    int[] sums = new int[rowLength];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      for (int tap = 0; tap < weights.counts()[y]; tap++) {
        int weight = weights.values()[y * weights.taps() + tap];
        addRow(image.pixels(), image.rowOffset(weights.first()[y] + tap), weight, sums);
      }
      roundRow(sums, out, y * rowLength);
    }
    return new RgbImage(out, image.width(), height);
  }

  private static void addRow(byte[] in, int row, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (in[row + i] & 0xff) * weight;
    }
  }

  private static void roundRow(int[] sums, byte[] out, int row) {
    for (int i = 0; i < sums.length; i++) {
      out[row + i] = round(sums[i]);
    }
  }

  /** HALF is already in the sum. */
  private static byte round(int sum) {
    return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
  }
}
