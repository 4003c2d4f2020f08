package dev.argus.bench.breakdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BreakdownTest {
  private static final Anatomy OVERLAPPING =
      Anatomy.newBuilder()
          .setTtftMs(100)
          .addActivities(activity(ActivityKind.ACTIVITY_KIND_TOKENIZE, 1, 4))
          .addActivities(activity(ActivityKind.ACTIVITY_KIND_RESIZE, 10, 30))
          .addActivities(activity(ActivityKind.ACTIVITY_KIND_ENCODE, 20, 40))
          .addActivities(activity(ActivityKind.ACTIVITY_KIND_PREFILL, 55, 40))
          .addActivities(activity(ActivityKind.ACTIVITY_KIND_DECODE, 100, 50))
          .build();

  @Test
  void givesTimeThatTwoShareToTheLater() {
    assertThat(Breakdown.of(OVERLAPPING, 0).millis())
        .isEqualTo(
            Map.of(
                Segment.OTHER, 11.0,
                Segment.TOKENIZE, 4.0,
                Segment.RESIZE, 10.0,
                Segment.ENCODE, 35.0,
                Segment.PREFILL, 40.0));
  }

  @Test
  void addsUpToTheTimeToFirstToken() {
    assertThat(Breakdown.of(OVERLAPPING, 7).total()).isEqualTo(100);
  }

  @Test
  void takesFloatsOutOfTheEncodersTime() {
    Breakdown breakdown = Breakdown.of(OVERLAPPING, 7);

    assertThat(breakdown.of(Segment.TENSOR)).isEqualTo(7);
    assertThat(breakdown.of(Segment.ENCODE)).isEqualTo(28);
  }

  @Test
  void hasAllOfPreprocessingAloneWhateverModelsDoMeanwhile() {
    assertThat(Breakdown.ofPreprocessing(OVERLAPPING).millis())
        .isEqualTo(Map.of(Segment.TOKENIZE, 4.0, Segment.RESIZE, 30.0));
  }

  private static Activity activity(ActivityKind kind, double start, double duration) {
    return Activity.newBuilder().setKind(kind).setStartMs(start).setDurationMs(duration).build();
  }
}
