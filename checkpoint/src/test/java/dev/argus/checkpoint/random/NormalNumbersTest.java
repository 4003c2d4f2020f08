package dev.argus.checkpoint.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NormalNumbersTest {
  private static final int COUNT = 1_000_000;

  private final NormalNumbers numbers = NormalNumbers.named(7, "some.tensor");

  @Test
  void areDistributedNormally() {
    double[] drawn = LongStream.range(0, COUNT).mapToDouble(numbers::at).toArray();

    double mean = 0;
    double square = 0;
    double beyondOne = 0;
    double beyondTwo = 0;
    double neighbours = 0;
    for (int i = 0; i < COUNT; i++) {
      mean += drawn[i] / COUNT;
      square += drawn[i] * drawn[i] / COUNT;
      beyondOne += Math.abs(drawn[i]) > 1 ? 1.0 / COUNT : 0;
      beyondTwo += Math.abs(drawn[i]) > 2 ? 1.0 / COUNT : 0;
      neighbours += i > 0 ? drawn[i] * drawn[i - 1] / COUNT : 0;
    }
    assertThat(mean).isCloseTo(0, within(0.004));
    assertThat(square).isCloseTo(1, within(0.006));
    assertThat(beyondOne).isCloseTo(0.3173, within(0.01));
    assertThat(beyondTwo).isCloseTo(0.0455, within(0.003));
    assertThat(neighbours).isCloseTo(0, within(0.004));
  }

  @Test
  void areTheSameOnEveryMachine() {
    assertThat(numbers.at(0)).isEqualTo(0.73608786f);
    assertThat(numbers.at(1L << 40)).isEqualTo(0.44537538f);
  }

  @Test
  void differWithSeedAndName() {
    assertThat(NormalNumbers.named(8, "some.tensor").at(0)).isNotEqualTo(numbers.at(0));
    assertThat(NormalNumbers.named(7, "some.tensos").at(0)).isNotEqualTo(numbers.at(0));
  }
}
