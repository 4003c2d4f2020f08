package dev.argus.cli.selftest;

import dev.argus.preprocess.core.image.RgbImage;

/** A picture that is the same everywhere: a blue disc on a ground whose colour changes. */
final class TestPicture {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int RADIUS = 70;
  private static final int LIGHT = 255;

  private TestPicture() {}

  static RgbImage draw() {
    byte[] pixels = new byte[RgbImage.CHANNELS * WIDTH * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int dx = x - WIDTH / 2;
        int dy = y - HEIGHT / 2;
        boolean disc = dx * dx + dy * dy < RADIUS * RADIUS;
        int at = RgbImage.CHANNELS * (y * WIDTH + x);
        pixels[at] = (byte) (disc ? 0 : LIGHT * x / WIDTH);
        pixels[at + 1] = (byte) (disc ? 0 : LIGHT * y / HEIGHT);
        pixels[at + 2] = (byte) (disc ? LIGHT : 0);
      }
    }
    return new RgbImage(pixels, WIDTH, HEIGHT);
  }
}
