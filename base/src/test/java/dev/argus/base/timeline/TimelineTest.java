package dev.argus.base.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final AtomicLong now = new AtomicLong(1_000);
  private final Timeline timeline = new Timeline(now::get);

  @Test
  void countsFromItsBeginning() {
    now.set(1_500);

    assertThat(timeline.elapsedNanos()).isEqualTo(500);
  }

  @Test
  void recordsFromTheGivenStartToNow() {
    now.set(1_200);
    long start = timeline.elapsedNanos();
    now.set(1_900);

    timeline.record(ActivityKind.RESIZE, start, 13);

    assertThat(timeline.activities())
        .containsExactly(new Activity(ActivityKind.RESIZE, 200, 700, 13));
  }

  @Test
  void givesACopyThatLaterRecordsDoNotChange() {
    var before = timeline.activities();

    timeline.record(ActivityKind.QUEUE, 0, 1);

    assertThat(before).isEmpty();
    assertThat(timeline.activities()).hasSize(1);
  }
}
