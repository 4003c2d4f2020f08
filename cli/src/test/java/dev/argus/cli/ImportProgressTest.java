package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.graph.GraphPart;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ImportProgressTest {
  private static final long MEBIBYTE = 1 << 20;

  private final StringWriter text = new StringWriter();
  private long now = 17;
  private final ImportProgress progress =
      new ImportProgress(new PrintWriter(text), Optional.empty(), () -> now);

  @Test
  void printsALineEveryFiveSeconds() {
    progress.began(100 * MEBIBYTE, 500 * MEBIBYTE);
    progress.advanced(MEBIBYTE);
    now += Duration.ofSeconds(4).toNanos();
    progress.advanced(MEBIBYTE);
    assertThat(text.toString()).isEmpty();

    now += Duration.ofSeconds(4).toNanos();
    progress.advanced(78 * MEBIBYTE);
    progress.advanced(MEBIBYTE);

    assertThat(text.toString().lines())
        .containsExactly("Receiving weights: 180 of 500 MiB, 10.0 MiB/s, 32 s left");
  }

  @Test
  void saysWhyItWaits() {
    progress.pausing(Duration.ofSeconds(17), "the server answers 429");

    assertThat(text.toString().lines())
        .containsExactly("the server answers 429; trying again in 17 s");
  }

  @Test
  void namesTheGraphThatIsBuilt() {
    progress.advanced(GraphPart.VISION, 0, 100 * MEBIBYTE);
    now += Duration.ofSeconds(5).toNanos();
    progress.advanced(GraphPart.VISION, 50 * MEBIBYTE, 100 * MEBIBYTE);
    progress.advanced(GraphPart.DECODER, 0, 20 * MEBIBYTE);
    now += Duration.ofSeconds(5).toNanos();
    progress.advanced(GraphPart.DECODER, 15 * MEBIBYTE, 20 * MEBIBYTE);

    assertThat(text.toString().lines())
        .containsExactly(
            "Building vision graph: 50 of 100 MiB, 10.0 MiB/s, 5 s left",
            "Building decoder graph: 15 of 20 MiB, 3.0 MiB/s, 2 s left");
  }
}
