package dev.argus.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GrowthTest {
  @Test
  void findsTheLineThatPointsLieOn() {
    Line line = Line.fit(List.of(1.0, 2.0, 5.0), x -> x, x -> 30 + 4 * x);

    assertThat(line.interceptMs()).isEqualTo(30, within(1e-9));
    assertThat(line.slopeMs()).isEqualTo(4, within(1e-9));
    assertThat(line.r2()).isEqualTo(1, within(1e-9));
  }

  @Test
  void fitsByLeastSquares() {
    // By hand: means 2 and 4, sum of xx 2, of xy 3, of yy 6.
    List<double[]> points = List.of(new double[] {1, 3}, new double[] {2, 3}, new double[] {3, 6});

    Line line = Line.fit(points, point -> point[0], point -> point[1]);

    assertThat(line.slopeMs()).isEqualTo(1.5, within(1e-9));
    assertThat(line.interceptMs()).isEqualTo(1, within(1e-9));
    assertThat(line.r2()).isEqualTo(0.75, within(1e-9));
  }

  @Test
  void needsTwoDifferentPoints() {
    assertThatThrownBy(() -> Line.fit(List.of(3.0, 3.0), x -> x, x -> x))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhichPartBendsTheLine() {
    Growth growth =
        Growth.of(Axis.TILES, List.of(point(1, 10, 5), point(2, 20, 10), point(3, 30, 45)));

    assertThat(growth.farthest().x()).isEqualTo(2);
    assertThat(growth.offMs()).isEqualTo(-10, within(1e-9));
    assertThat(growth.offByPart().get(Part.ENCODE)).isEqualTo(0, within(1e-9));
    assertThat(growth.offByPart().get(Part.PREFILL)).isEqualTo(-10, within(1e-9));
  }

  private static Point point(int tiles, double encode, double prefill) {
    double ttft = encode + prefill;
    return new Point(
        tiles,
        tiles,
        64 * tiles,
        ttft,
        List.of(ttft),
        Map.of(Part.ENCODE, encode, Part.PREFILL, prefill));
  }
}
