package dev.argus.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

final class QuantilesTest {
  private final Quantiles quantiles = new Quantiles();

  @Test
  void percentilesAreRightToHalfAPercent() {
    for (int ms = 1; ms <= 100_000; ms++) {
      quantiles.add(ms / 1000.0);
    }

    assertThat(quantiles.ms(0.5)).isCloseTo(50_000, withinPercentage(0.5));
    assertThat(quantiles.ms(0.99)).isCloseTo(99_000, withinPercentage(0.5));
    assertThat(quantiles.count()).isEqualTo(100_000);
  }

  @Test
  void nothingAddedIsZero() {
    assertThat(quantiles.ms(0.5)).isZero();
  }
}
