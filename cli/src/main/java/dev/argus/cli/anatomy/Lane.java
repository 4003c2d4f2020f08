package dev.argus.cli.anatomy;

import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that one stage did of one kind.
 *
 * @param stage whose it is
 * @param kind what it did
 * @param activities by their start; not empty
 */
record Lane(Stage stage, ActivityKind kind, List<Activity> activities) {

  /** A request's lanes: stage by stage as a request passes them, in each by the first start. */
  static List<Lane> of(Anatomy anatomy) {
    Map<Stage, Map<ActivityKind, List<Activity>>> lanes = new TreeMap<>();
    anatomy.getActivitiesList().stream()
        .sorted(Comparator.comparingDouble(Activity::getStartMs))
        .forEach(activity ->
            lanes
                .computeIfAbsent(activity.getStage(), _ -> new TreeMap<>())
                .computeIfAbsent(activity.getKind(), _ -> new ArrayList<>())
                .add(activity));
    return lanes.entrySet().stream()
        .flatMap(ofStage ->
            ofStage.getValue().entrySet().stream()
                .map(ofKind -> new Lane(ofStage.getKey(), ofKind.getKey(), ofKind.getValue()))
                .sorted(Comparator.comparingDouble(Lane::startMs)))
        .toList();
  }

  private double startMs() {
    return activities.getFirst().getStartMs();
  }

  /** The stage's name, such as {@code encoder}. */
  String stageName() {
    return words(stage.name(), "STAGE_");
  }

  /** The kind's name, such as {@code decode image}. */
  String kindName() {
    return words(kind.name(), "ACTIVITY_KIND_");
  }

  /** Milliseconds during which at least one of the activities was going on. */
  double busyMs() {
    return busyMs(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** As above, within a stretch of time. */
  double busyMs(double fromMs, double toMs) {
    double busy = 0;
    double busyUntil = fromMs;
    for (Activity activity : activities) {
      double start = Math.max(busyUntil, activity.getStartMs());
      double end = Math.min(toMs, activity.getStartMs() + activity.getDurationMs());
      busy += Math.max(0, end - start);
      busyUntil = Math.max(busyUntil, end);
    }
    return busy;
  }

  private static String words(String name, String prefix) {
    return name.replace(prefix, "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
