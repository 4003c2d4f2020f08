package dev.argus.bench.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  @Test
  void comparesPairByPairSoThatDriftCancels() {
    Comparison comparison =
        Comparison.of("ms", List.of(100.0, 200.0, 400.0), List.of(102.0, 204.0, 408.0));

    assertThat(comparison.one()).isEqualTo(200);
    assertThat(comparison.four()).isEqualTo(204);
    assertThat(comparison.ratio()).isEqualTo(1.02, within(1e-9));
    assertThat(comparison.ratioLow()).isEqualTo(1.02, within(1e-9));
    assertThat(comparison.ratioHigh()).isEqualTo(1.02, within(1e-9));
    assertThat(comparison.apart()).isEqualTo(0.02, within(1e-9));
  }
}
