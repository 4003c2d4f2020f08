package dev.argus.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SamplesTest {
  @Test
  void quantilesAreLinearBetweenNeighbours() {
    Samples samples = new Samples(List.of(4.0, 1.0, 3.0, 2.0));

    assertThat(samples.median()).isEqualTo(2.5);
    assertThat(samples.quantile(0)).isEqualTo(1);
    assertThat(samples.quantile(1)).isEqualTo(4);
    assertThat(new Samples(List.of(7.0)).quantile(0.9)).isEqualTo(7);
    assertThatIllegalArgumentException().isThrownBy(() -> new Samples(List.of()));
  }

  @Test
  void meanAndDeviationAreThoseOfTheSamplesThemselves() {
    Samples samples = new Samples(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));

    assertThat(samples.mean()).isEqualTo(5);
    assertThat(samples.deviation()).isEqualTo(2);
  }

  @Test
  void candidatesTakeTurnsAndWarmUpsDoNotCount() {
    List<String> order = new ArrayList<>();
    int[] told = {0};

    Map<String, Samples> samples =
        new Turns(1, 2, () -> told[0]++).measure(List.of("a", "b"), 2, order::add);

    assertThat(order).containsExactly("a", "a", "b", "b", "a", "a", "b", "b", "a", "a", "b", "b");
    assertThat(samples.keySet()).containsExactly("a", "b");
    assertThat(samples.values()).allSatisfy(each -> assertThat(each.millis()).hasSize(4));
    assertThat(told[0]).isEqualTo(6);
  }
}
