package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the components of a JPEG file mean, and how they become RGB: libjpeg's 16-bit fixed point
 * arithmetic ({@code jdcolor.c}), then Pillow's for CMYK ({@code cmyk2rgb} in {@code Convert.c}),
 * which takes CMYK files to be stored inverted, as Adobe does.
 */
enum JpegColors {
  GREY(1),
  YCBCR(3),
  RGB(3),
  CMYK(4),
  YCCK(4);

  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << (FRACTION_BITS - 1);
  private static final int RED_OF_CR = fixed(1.40200);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int GREEN_OF_CB = fixed(0.34414);
  private static final int BLUE_OF_CB = fixed(1.77200);

  private final int components;

  JpegColors(int components) {
    this.components = components;
  }

  /** How many components make a pixel. */
  int components() {
    return components;
  }

  /**
   * Converts pixels.
   *
   * @param samples uint8, layout {@code [pixels, components]}; overwritten where that saves a copy
   * @return uint8 RGB, layout {@code [pixels, 3]}
   */
  byte[] toRgb(byte[] samples) {
    return switch (this) {
      case GREY -> Samples8.greyToRgb(samples);
      case RGB -> samples;
      case YCBCR -> {
        yccToRgb(samples, components);
        yield samples;
      }
      case CMYK -> invertedCmykToRgb(samples);
      case YCCK -> {
        yccToRgb(samples, components);
        invertFirstThree(samples);
        yield invertedCmykToRgb(samples);
      }
    };
  }

  /**
   * Converts inks that libjpeg has already brought from YCCK to CMYK.
   *
   * @param samples uint8, layout {@code [height, width, 4]}
   */
  static RgbImage cmykToRgb(MemorySegment samples, Size size) {
    byte[] inks = samples.toArray(ValueLayout.JAVA_BYTE);
    return new RgbImage(invertedCmykToRgb(inks), size.width(), size.height());
  }

  private static void yccToRgb(byte[] samples, int stride) {
    for (int at = 0; at < samples.length; at += stride) {
      int y = samples[at] & 0xff;
      int cb = (samples[at + 1] & 0xff) - 128;
      int cr = (samples[at + 2] & 0xff) - 128;
      samples[at] = clamp(y + ((RED_OF_CR * cr + HALF) >> FRACTION_BITS));
      samples[at + 1] = clamp(y + ((HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> FRACTION_BITS));
      samples[at + 2] = clamp(y + ((BLUE_OF_CB * cb + HALF) >> FRACTION_BITS));
    }
  }

  /** YCCK's first three components hold the complement of what they hold in YCbCr. */
  private static void invertFirstThree(byte[] samples) {
    for (int at = 0; at < samples.length; at += 4) {
      samples[at] = (byte) ~samples[at];
      samples[at + 1] = (byte) ~samples[at + 1];
      samples[at + 2] = (byte) ~samples[at + 2];
    }
  }

  private static byte[] invertedCmykToRgb(byte[] samples) {
    byte[] rgb = new byte[samples.length / 4 * RgbImage.CHANNELS];
    int out = 0;
    for (int at = 0; at < samples.length; at += 4) {
      int light = samples[at + 3] & 0xff;
      for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
        int ink = ~samples[at + channel] & 0xff;
        rgb[out++] = clamp(light - product255(ink, light));
      }
    }
    return rgb;
  }

  /** {@code a * b / 255}, rounded, as Pillow's {@code MULDIV255}. */
  private static int product255(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }

  private static byte clamp(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }

  private static int fixed(double value) {
    return (int) (value * (1 << FRACTION_BITS) + 0.5);
  }
}
