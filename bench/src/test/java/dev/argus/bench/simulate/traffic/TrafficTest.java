package dev.argus.bench.simulate.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.argus.bench.simulate.model.Request;
import dev.argus.bench.simulate.profile.Questions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrafficTest {
  private static final Questions QUESTIONS = new Questions(1, 13, 889, 32, 0.5, 100, 1);
  private static final double DAY = 86_400;

  @Test
  void steadyTrafficIsAPoissonProcess() {
    List<Double> gaps = new ArrayList<>();
    Traffic traffic = traffic(Shape.STEADY);
    double last = 0;
    for (int i = 0; i < 100_000; i++) {
      double next = traffic.next(last);
      gaps.add(next - last);
      last = next;
    }
    double mean = gaps.stream().mapToDouble(gap -> gap).average().orElseThrow();
    double square = gaps.stream().mapToDouble(gap -> gap * gap).average().orElseThrow();

    assertThat(mean).isCloseTo(0.5, withinPercentage(2));
    assertThat(square / mean / mean).isCloseTo(2, withinPercentage(3));
  }

  @Test
  void aDayGoesFromAQuarterToThePeakAndBack() {
    Traffic traffic = traffic(Shape.DIURNAL);
    assertThat(traffic.rate(0)).isEqualTo(0.5);
    assertThat(traffic.rate(DAY / 2)).isEqualTo(2);
    assertThat(count(traffic, 0, DAY)).isCloseTo(1.25 * DAY, withinPercentage(1));
    assertThat(count(traffic, DAY * 0.45, DAY * 0.55))
        .isGreaterThan(3 * count(traffic, 0, DAY * 0.1));
  }

  @Test
  void crowdsComeForFiveMinutes() {
    Traffic traffic = traffic(Shape.BURSTS);
    Traffic calm = traffic(Shape.DIURNAL);
    int crowded = 0;
    for (double time = 0; time < DAY; time++) {
      crowded += traffic.rate(time) > calm.rate(time) ? 1 : 0;
    }

    assertThat(crowded).isBetween(4 * 300, 24 * 300);
    assertThat(count(traffic, 0, DAY)).isGreaterThan(1.27 * DAY);
  }

  @Test
  void asksAsOftenAndAsMuchAsItIsTold() {
    Traffic traffic = traffic(Shape.STEADY);
    int recurring = 0;
    int first = 0;
    long tokens = 0;
    for (int i = 0; i < 100_000; i++) {
      Request.Question question = traffic.question();
      recurring += question.recurs() ? 1 : 0;
      first += question.picture() == 0 ? 1 : 0;
      tokens += question.outputTokens();
      assertThat(question.recurs()).isEqualTo(question.picture() < 100);
    }

    assertThat(recurring).isCloseTo(50_000, within(1000));
    assertThat(first).isCloseTo(9_640, within(400)); // Half of 1 / H(100).
    assertThat(tokens / 1e5).isCloseTo(32, withinPercentage(1));
  }

  private static Traffic traffic(Shape shape) {
    return new Traffic(shape, 2, DAY, QUESTIONS, 9);
  }

  private static double count(Traffic traffic, double from, double to) {
    int requests = 0;
    for (double time = traffic.next(from); time < to; time = traffic.next(time)) {
      requests++;
    }
    return requests;
  }
}
