package dev.argus.checkpoint.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the size, a plan is made and its numbers fit together. */
class TilingFuzzTest {
  private static final int LARGEST = 20_000;

  static List<Tiling> tilings() {
    return List.of(
        new Idefics3Tiling(2048, 512, true, Filter.LANCZOS),
        new Idefics3Tiling(6000, 364, true, Filter.LANCZOS),
        new ClosestRatioTiling(448, 1, 12, true, Filter.BICUBIC),
        new ClosestAspectTiling(
            96, List.of(new Grid(1, 1), new Grid(1, 2), new Grid(2, 1)), true, Filter.BICUBIC));
  }

  @ParameterizedTest
  @MethodSource("tilings")
  void plansFitTogether(Tiling tiling) {
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      Size picture = new Size(length(random), length(random));
      for (Detail detail : Detail.values()) {
        assertConsistent(tiling.plan(picture, detail), picture, detail);
      }
    }
  }

  private static int length(Random random) {
    return random.nextBoolean() ? 1 + random.nextInt(LARGEST) : 1 + random.nextInt(50);
  }

  private static void assertConsistent(TilePlan plan, Size picture, Detail detail) {
    Size canvas = plan.canvases().getLast();
    int side = plan.side();
    boolean whole = plan.rows() == 0 && plan.columns() == 0;
    boolean fits =
        plan.source().equals(picture)
            && plan.canvases().stream().allMatch(size -> size.width() > 0 && size.height() > 0)
            && canvas.width() == side * Math.max(1, plan.columns())
            && canvas.height() == side * Math.max(1, plan.rows())
            && (whole || (plan.rows() > 0 && plan.columns() > 0))
            && plan.tiles() >= 1
            && (detail != Detail.LOW || plan.tiles() == 1)
            && (!whole || plan.overview() == TilePlan.Overview.FROM_CANVAS);
    assertThat(fits).as("%s", plan).isTrue();
  }
}
