package dev.argus.bench.preprocess;

import dev.argus.checkpoint.tiling.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * A picture that costs a JPEG decoder about what a photograph does: smooth shades, hard edges of
 * discs, and the noise of a sensor. The same for the same size and seed, on every machine.
 */
public final class Photograph {
  private static final float QUALITY = 0.88f;
  private static final int DISCS = 60;
  private static final int NOISE = 12;

  private Photograph() {}

  /** The picture as a JPEG file: 4:2:0, quality 88. */
  static byte[] jpeg(Size size) {
    return jpeg(size, size.width());
  }

  /**
   * Another picture of that size as a JPEG file.
   *
   * @param seed of what it shows
   */
  public static byte[] jpeg(Size size, long seed) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("JPEG").next();
    var file = new ByteArrayOutputStream();
    try (var output = ImageIO.createImageOutputStream(file)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(QUALITY);
      writer.setOutput(output);
      writer.write(null, new IIOImage(draw(size, new Random(seed)), null, null), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private static BufferedImage draw(Size size, Random random) {
    int[] shades = new int[size.width() * size.height()];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        shades[y * size.width() + x] =
            rgb(200 * x / size.width(), 200 * y / size.height(), 120 - 100 * x / size.width());
      }
    }
    for (int i = 0; i < DISCS; i++) {
      disc(shades, size, random);
    }
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < shades.length; i++) {
      image.setRGB(i % size.width(), i / size.width(), noisy(shades[i], random));
    }
    return image;
  }

  private static void disc(int[] shades, Size size, Random random) {
    int centerX = random.nextInt(size.width());
    int centerY = random.nextInt(size.height());
    int radius = 5 + random.nextInt(Math.max(1, size.width() / 10));
    int color = random.nextInt(1 << 24);
    for (int y = Math.max(0, centerY - radius);
        y < Math.min(size.height(), centerY + radius);
        y++) {
      for (int x = Math.max(0, centerX - radius);
          x < Math.min(size.width(), centerX + radius);
          x++) {
        int dx = x - centerX;
        int dy = y - centerY;
        if (dx * dx + dy * dy < radius * radius) {
          shades[y * size.width() + x] = color;
        }
      }
    }
  }

  private static int noisy(int color, Random random) {
    int noise = random.nextInt(2 * NOISE + 1) - NOISE;
    return rgb((color >> 16 & 0xff) + noise, (color >> 8 & 0xff) + noise, (color & 0xff) + noise);
  }

  private static int rgb(int red, int green, int blue) {
    return Math.clamp(red, 0, 255) << 16
        | Math.clamp(green, 0, 255) << 8
        | Math.clamp(blue, 0, 255);
  }
}
