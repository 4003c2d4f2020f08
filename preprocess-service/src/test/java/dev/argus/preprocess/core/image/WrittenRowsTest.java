package dev.argus.preprocess.core.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class WrittenRowsTest {
  private static final int WIDTH = 7;
  private static final int HEIGHT = 75;
  private static final int LATEST = 17;

  /** With what an earlier picture left in it. */
  private final MemorySegment samples =
      Arena.ofAuto().allocate(4L * WIDTH * HEIGHT).fill((byte) 255);

  private final WrittenRows rows = new WrittenRows(samples, new Size(WIDTH, HEIGHT));

  @Test
  void countsNoRowThatIsNotWritten() {
    assertThat(rows.count()).isZero();

    for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
      samples.set(JAVA_BYTE, 4L * pixel + 3, (byte) 255);

      assertThat(rows.count()).isLessThanOrEqualTo((pixel + 1) / WIDTH);
    }
  }

  @Test
  void countsRowsSoonAfterTheyAreWritten() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "rows are seen on x86-64 only");

    for (int row = 0; row < HEIGHT; row++) {
      samples.asSlice(4L * WIDTH * row, 4L * WIDTH).fill((byte) 255);

      assertThat(rows.count()).isGreaterThan(row - LATEST);
    }
  }

  @Test
  void countsAllWhenTheDecoderIsDone() {
    rows.all();

    assertThat(rows.count()).isEqualTo(HEIGHT);
  }
}
