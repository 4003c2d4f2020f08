package dev.argus.bench.serve.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArrivalsTest {

  @Test
  void comeAtTheRateThatWasAskedFor() {
    long[] arrivals = Arrivals.draw(open(4, 1), 10, new Random(7));

    assertThat(arrivals).isSorted().hasSize(10);
    assertThat(arrivals[0]).isPositive();
    assertThat(arrivals[9]).isEqualTo(2_500_000_000L);
  }

  @Test
  void areTheSameForTheSameSeedAlone() {
    long[] arrivals = Arrivals.draw(open(4, 0.5), 10, new Random(7));

    assertThat(Arrivals.draw(open(4, 0.5), 10, new Random(7))).isEqualTo(arrivals);
    assertThat(Arrivals.draw(open(4, 0.5), 10, new Random(8))).isNotEqualTo(arrivals);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 4})
  void areAsBurstyAsTheGammaDistributionOfTheShape(double shape) {
    Random random = new Random(1);
    double[] gaps =
        DoubleStream.generate(() -> Arrivals.gamma(shape, random)).limit(200_000).toArray();

    double mean = DoubleStream.of(gaps).average().orElseThrow();
    double variance =
        DoubleStream.of(gaps).map(gap -> (gap - mean) * (gap - mean)).average().orElseThrow();

    // Of scale 1: the mean and the variance are the shape.
    assertThat(mean).isCloseTo(shape, within(0.03 * shape));
    assertThat(variance).isCloseTo(shape, within(0.05 * shape));
  }

  private static Pace.Open open(double rate, double burstiness) {
    return new Pace.Open(rate, burstiness, OptionalInt.empty());
  }
}
