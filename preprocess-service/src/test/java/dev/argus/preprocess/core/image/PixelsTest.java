package dev.argus.preprocess.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PixelsTest {
  private static final int WIDTH = 23;
  private static final int HEIGHT = 11;

  private final RgbImage stored = noise();

  @ParameterizedTest
  @EnumSource
  void readsRowsUpright(Orientation orientation) {
    Pixels pixels = Pixels.of(stored, orientation);
    RgbImage upright = orientation.apply(stored);
    int[][] rows = new int[5][9];

    pixels.rows(2, 3, 9, 5, rows);

    for (int j = 0; j < 5; j++) {
      for (int i = 0; i < 9; i++) {
        assertThat(rows[j][i] & 0xffffff).isEqualTo(packed(upright, 2 + i, 3 + j));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsPaddedRowsUpright(Orientation orientation) {
    Pixels pixels = padded(orientation);
    RgbImage upright = orientation.apply(stored);
    int width = upright.width() - 1;
    int height = upright.height() - 2;
    int[][] rows = new int[height][width];

    pixels.rows(1, 2, width, height, rows);

    for (int j = 0; j < height; j++) {
      for (int i = 0; i < width; i++) {
        assertThat(rows[j][i] & 0xffffff).isEqualTo(packed(upright, 1 + i, 2 + j));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void copiesUpright(Orientation orientation) {
    RgbImage upright = orientation.apply(stored);

    assertThat(padded(orientation).toRgbImage().pixels()).isEqualTo(upright.pixels());
    assertThat(padded(orientation).size()).isEqualTo(upright.size());
    assertThat(Pixels.of(stored, orientation).toRgbImage().pixels()).isEqualTo(upright.pixels());
  }

  @ParameterizedTest
  @EnumSource
  void knowsInWhichRowsARectangleIsStored(Orientation orientation) {
    byte[] rowNumbers = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < rowNumbers.length; i++) {
      rowNumbers[i] = (byte) (i / (3 * WIDTH));
    }
    Pixels pixels = Pixels.of(new RgbImage(rowNumbers, WIDTH, HEIGHT), orientation);
    int[][] rows = new int[3][5];

    for (int y = 0; y + 3 <= pixels.size().height(); y++) {
      for (int x = 0; x + 5 <= pixels.size().width(); x++) {
        pixels.rows(x, y, 5, 3, rows);
        int last = Stream.of(rows).flatMapToInt(IntStream::of).max().orElseThrow() & 0xff;

        assertThat(pixels.rowsHolding(x, y, 5, 3)).isEqualTo(last + 1);
      }
    }
  }

  @Test
  void isWholeWhenTheDecoderHasWrittenAllRows() {
    AtomicInteger rowsStored = new AtomicInteger(HEIGHT - 1);
    Pixels pixels = padded(Orientation.ROTATE_90, rowsStored::get);

    assertThat(pixels.isWhole()).isFalse();
    rowsStored.set(HEIGHT);
    assertThat(pixels.isWhole()).isTrue();
  }

  private Pixels padded(Orientation orientation) {
    return padded(orientation, () -> HEIGHT);
  }

  /** The same picture with a fourth byte after each pixel, in native memory. */
  private Pixels padded(Orientation orientation, IntSupplier rowsStored) {
    MemorySegment samples = Arena.ofAuto().allocate(4L * WIDTH * HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      samples.set(ValueLayout.JAVA_BYTE, 4L * i, stored.pixels()[3 * i]);
      samples.set(ValueLayout.JAVA_BYTE, 4L * i + 1, stored.pixels()[3 * i + 1]);
      samples.set(ValueLayout.JAVA_BYTE, 4L * i + 2, stored.pixels()[3 * i + 2]);
      samples.set(ValueLayout.JAVA_BYTE, 4L * i + 3, (byte) 0xee);
    }
    return new Pixels(samples, 4, new Size(WIDTH, HEIGHT), orientation, rowsStored, () -> {});
  }

  private static int packed(RgbImage image, int x, int y) {
    int at = image.rowOffset(y) + 3 * x;
    return (image.pixels()[at] & 0xff)
        | (image.pixels()[at + 1] & 0xff) << 8
        | (image.pixels()[at + 2] & 0xff) << 16;
  }

  private static RgbImage noise() {
    byte[] pixels = new byte[3 * WIDTH * HEIGHT];
    new Random(3).nextBytes(pixels);
    return new RgbImage(pixels, WIDTH, HEIGHT);
  }
}
