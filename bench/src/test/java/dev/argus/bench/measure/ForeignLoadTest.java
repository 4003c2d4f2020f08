package dev.argus.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ForeignLoadTest {
  @Test
  void othersTookWhatWasBusyAndNotOurs() {
    long[] begin = ForeignLoad.parse("cpu  100 0 100 1000 0 0 0 0 50 0");
    long[] end = ForeignLoad.parse("cpu  180 0 120 1090 10 0 0 0 90 0");

    assertThat(begin).hasSize(8);
    assertThat(ForeignLoad.share(begin, end, Duration.ofMillis(600))).isCloseTo(0.2, within(1e-9));
    assertThat(ForeignLoad.share(begin, end, Duration.ofSeconds(2))).isZero();
    assertThat(ForeignLoad.share(begin, begin, Duration.ZERO)).isZero();
  }

  @Test
  void readsThisMachine() {
    ForeignLoad.watch().share().ifPresent(share -> assertThat(share).isBetween(0.0, 1.0));
  }
}
