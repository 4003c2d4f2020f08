package dev.argus.checkpoint.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.testdata.Golden;
import org.junit.jupiter.api.Test;

/** Plans equal those of transformers' image processors. */
class TilingGoldenTest {

  @Test
  void idefics3PlansEqualTheReference() {
    Tiling tiling = new Idefics3Tiling(2048, 512, true, Filter.LANCZOS);
    JsonNode rows = Golden.json("geometry/idefics3_2048_512.json").get("rows");
    assertThat(rows).hasSizeGreaterThan(299);
    for (JsonNode row : rows) {
      TilePlan plan = tiling.plan(size(row, 0), Detail.AUTO);
      assertThat(plan.canvases()).as("%s", row).containsExactly(size(row, 2), size(row, 4));
      assertThat(plan.rows()).as("%s", row).isEqualTo(row.get(6).asInt());
      assertThat(plan.columns()).as("%s", row).isEqualTo(row.get(7).asInt());
      assertThat(plan.tiles()).as("%s", row).isEqualTo(row.get(8).asInt());
    }
  }

  @Test
  void idefics3PlansEqualTheReferenceForOtherSettings() {
    for (JsonNode row : Golden.json("geometry/idefics3_other_settings.json").get("rows")) {
      Tiling tiling =
          new Idefics3Tiling(row.get(0).asInt(), row.get(1).asInt(), true, Filter.LANCZOS);
      TilePlan plan = tiling.plan(size(row, 2), Detail.AUTO);
      assertThat(plan.canvases()).as("%s", row).containsExactly(size(row, 4), size(row, 6));
      assertThat(plan.rows()).as("%s", row).isEqualTo(row.get(8).asInt());
      assertThat(plan.columns()).as("%s", row).isEqualTo(row.get(9).asInt());
    }
  }

  @Test
  void internVlPlansEqualTheReference() {
    Tiling tiling = new ClosestRatioTiling(448, 1, 12, true, Filter.BICUBIC);
    JsonNode rows = Golden.json("geometry/internvl_448_1_12.json").get("rows");
    assertThat(rows).hasSizeGreaterThan(299);
    for (JsonNode row : rows) {
      TilePlan plan = tiling.plan(size(row, 0), Detail.AUTO);
      assertThat(plan.columns()).as("%s", row).isEqualTo(row.get(2).asInt());
      assertThat(plan.rows()).as("%s", row).isEqualTo(row.get(3).asInt());
      assertThat(plan.tiles()).as("%s", row).isEqualTo(row.get(4).asInt());
      assertThat(plan.canvases())
          .containsExactly(new Size(448 * plan.columns(), 448 * plan.rows()));
    }
  }

  private static Size size(JsonNode row, int index) {
    return new Size(row.get(index).asInt(), row.get(index + 1).asInt());
  }
}
