package dev.argus.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ZipfDrawsTest {
  private static final int DRAWS = 100_000;

  @Test
  void drawsInProportionToOneOverTheRank() {
    int[] counts = draw(new ZipfDraws(3, 1, new Random(1)));

    // 1, 1/2 and 1/3 of 11/6.
    assertThat(counts[0]).isCloseTo(DRAWS * 6 / 11, within(1000));
    assertThat(counts[1]).isCloseTo(DRAWS * 3 / 11, within(1000));
    assertThat(counts[2]).isCloseTo(DRAWS * 2 / 11, within(1000));
  }

  @Test
  void drawsAllAlikeWithoutAnExponent() {
    List<Integer> counts = Arrays.stream(draw(new ZipfDraws(4, 0, new Random(1)))).boxed().toList();

    assertThat(counts).allSatisfy(count -> assertThat(count).isCloseTo(DRAWS / 4, within(1000)));
  }

  private static int[] draw(ZipfDraws draws) {
    int[] counts = new int[4];
    for (int i = 0; i < DRAWS; i++) {
      counts[draws.next()]++;
    }
    return counts;
  }
}
