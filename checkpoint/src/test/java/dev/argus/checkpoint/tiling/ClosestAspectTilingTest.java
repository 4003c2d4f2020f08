package dev.argus.checkpoint.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClosestAspectTilingTest {
  private static final int SIDE = 96;
  private static final List<Grid> GRIDS = List.of(new Grid(1, 1), new Grid(1, 2), new Grid(2, 1));

  private final Tiling tiling = new ClosestAspectTiling(SIDE, GRIDS, true, Filter.BICUBIC);

  @Test
  void aSquareIsOneTileWithoutThumbnail() {
    TilePlan plan = tiling.plan(new Size(300, 310), Detail.AUTO);

    assertThat(plan.tiles()).isEqualTo(1);
    assertThat(plan.overview()).isEqualTo(TilePlan.Overview.NONE);
    assertThat(plan.canvases()).containsExactly(new Size(SIDE, SIDE));
  }

  @Test
  void aWidePictureIsTwoTilesAndAThumbnailOfItself() {
    TilePlan plan = tiling.plan(new Size(640, 360), Detail.AUTO);

    assertThat(plan.canvases()).containsExactly(new Size(2 * SIDE, SIDE));
    assertThat(plan.rows()).isEqualTo(1);
    assertThat(plan.columns()).isEqualTo(2);
    assertThat(plan.overview()).isEqualTo(TilePlan.Overview.FROM_SOURCE);
    assertThat(plan.tiles()).isEqualTo(3);
  }

  @Test
  void anExactTieGoesToTheEarlierGrid() {
    List<Grid> grids = List.of(new Grid(2, 1), new Grid(1, 2));
    Size square = new Size(50, 50);

    assertThat(
            new ClosestAspectTiling(SIDE, grids, true, Filter.BICUBIC)
                .plan(square, Detail.AUTO)
                .rows())
        .isEqualTo(2);
    assertThat(
            new ClosestAspectTiling(SIDE, grids.reversed(), true, Filter.BICUBIC)
                .plan(square, Detail.AUTO)
                .rows())
        .isEqualTo(1);
  }
}
