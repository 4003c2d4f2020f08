package dev.argus.service.wire;

import dev.argus.base.timeline.Timeline;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Timelines on the wire. */
public final class Activities {
  private static final double NANOS_PER_MILLI = 1e6;

  private Activities() {}

  /** What one stage did so far; starts are milliseconds after its timeline began. */
  public static List<Activity> toProto(Stage stage, Timeline timeline) {
    return timeline.activities().stream().map(activity -> toProto(stage, activity)).toList();
  }

  /** One thing that a stage did; its start in milliseconds after the same origin. */
  public static Activity toProto(Stage stage, dev.argus.base.timeline.Activity activity) {
    return Activity.newBuilder()
        .setStage(stage)
        .setKind(toProto(activity.kind()))
        .setStartMs(activity.startNanos() / NANOS_PER_MILLI)
        .setDurationMs(activity.durationNanos() / NANOS_PER_MILLI)
        .setItems(activity.items())
        .build();
  }

  /** What a stage reports; empty for a kind that is newer than this program. */
  public static Optional<dev.argus.base.timeline.Activity> fromProto(Activity activity) {
    return fromProto(activity.getKind())
        .map(kind ->
            new dev.argus.base.timeline.Activity(
                kind,
                Math.round(activity.getStartMs() * NANOS_PER_MILLI),
                Math.round(activity.getDurationMs() * NANOS_PER_MILLI),
                activity.getItems()));
  }

  private static Optional<dev.argus.base.timeline.ActivityKind> fromProto(ActivityKind received) {
    return Arrays.stream(dev.argus.base.timeline.ActivityKind.values())
        .filter(kind -> toProto(kind) == received)
        .findFirst();
  }

  private static ActivityKind toProto(dev.argus.base.timeline.ActivityKind kind) {
    return switch (kind) {
      case QUEUE -> ActivityKind.ACTIVITY_KIND_QUEUE;
      case TOKENIZE -> ActivityKind.ACTIVITY_KIND_TOKENIZE;
      case DECODE_IMAGE -> ActivityKind.ACTIVITY_KIND_DECODE_IMAGE;
      case RESIZE -> ActivityKind.ACTIVITY_KIND_RESIZE;
      case ENCODE -> ActivityKind.ACTIVITY_KIND_ENCODE;
      case WAIT_VISUAL -> ActivityKind.ACTIVITY_KIND_WAIT_VISUAL;
      case PREFILL -> ActivityKind.ACTIVITY_KIND_PREFILL;
      case DECODE -> ActivityKind.ACTIVITY_KIND_DECODE;
      case WAIT_READER -> ActivityKind.ACTIVITY_KIND_WAIT_READER;
      case FETCH -> ActivityKind.ACTIVITY_KIND_FETCH;
    };
  }
}
