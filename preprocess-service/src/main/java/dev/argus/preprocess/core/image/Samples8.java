package dev.argus.preprocess.core.image;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.function.IntUnaryOperator;

/** From rasters of any layout to plain byte arrays, and from those to RGB. */
final class Samples8 {
  private Samples8() {}

  /**
   * The first bands of an 8-bit raster.
   *
   * @return uint8, layout {@code [height, width, bands]}; the raster's own array where it already
   *     is laid out so
   */
  static byte[] interleaved(Raster raster, int bands) {
    if (raster.getNumBands() >= bands
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && isPlain(raster, model, buffer)) {
      return gather(buffer.getData(), model.getPixelStride(), model.getBandOffsets(), bands);
    }
    return interleaved(raster, bands, sample -> sample);
  }

  /**
   * The first bands of a raster.
   *
   * @param toByte makes a value of 0 to 255 of a sample
   * @return uint8, layout {@code [height, width, bands]}
   */
  static byte[] interleaved(Raster raster, int bands, IntUnaryOperator toByte) {
    int width = raster.getWidth();
    int stride = raster.getNumBands();
    if (stride < bands) {
      throw new IllegalArgumentException(stride + " bands where " + bands + " are needed");
    }
    byte[] samples = new byte[width * raster.getHeight() * bands];
    int[] row = new int[width * stride];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int at = 0; at < row.length; at += stride) {
        for (int band = 0; band < bands; band++) {
          samples[out++] = (byte) toByte.applyAsInt(row[at + band]);
        }
      }
    }
    return samples;
  }

  /** Repeats each grey value for red, green and blue. */
  static byte[] greyToRgb(byte[] grey) {
    byte[] rgb = new byte[Math.multiplyExact(grey.length, RgbImage.CHANNELS)];
    int out = 0;
    for (byte value : grey) {
      rgb[out++] = value;
      rgb[out++] = value;
      rgb[out++] = value;
    }
    return rgb;
  }

  /**
   * Looks each index up.
   *
   * @param palette uint8 RGB, layout {@code [colours, 3]}; an index beyond it is black
   */
  static byte[] paletteToRgb(byte[] indices, byte[] palette) {
    byte[] rgb = new byte[Math.multiplyExact(indices.length, RgbImage.CHANNELS)];
    int out = 0;
    for (byte index : indices) {
      int at = (index & 0xff) * RgbImage.CHANNELS;
      if (at + RgbImage.CHANNELS <= palette.length) {
        rgb[out] = palette[at];
        rgb[out + 1] = palette[at + 1];
        rgb[out + 2] = palette[at + 2];
      }
      out += RgbImage.CHANNELS;
    }
    return rgb;
  }

  private static boolean isPlain(
      Raster raster, PixelInterleavedSampleModel model, DataBufferByte buffer) {
    return buffer.getOffset() == 0
        && buffer.getNumBanks() == 1
        && model.getScanlineStride() == raster.getWidth() * model.getPixelStride()
        && buffer.getSize() == model.getScanlineStride() * raster.getHeight();
  }

  private static byte[] gather(byte[] data, int stride, int[] bandOffsets, int bands) {
    if (stride == bands && inOrder(bandOffsets)) {
      return data;
    }
    byte[] samples = new byte[data.length / stride * bands];
    int out = 0;
    for (int at = 0; at < data.length; at += stride) {
      for (int band = 0; band < bands; band++) {
        samples[out++] = data[at + bandOffsets[band]];
      }
    }
    return samples;
  }

  private static boolean inOrder(int[] bandOffsets) {
    for (int band = 0; band < bandOffsets.length; band++) {
      if (bandOffsets[band] != band) {
        return false;
      }
    }
    return true;
  }
}
