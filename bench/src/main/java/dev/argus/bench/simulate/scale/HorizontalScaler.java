package dev.argus.bench.simulate.scale;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How Kubernetes' HorizontalPodAutoscaler goes from what a metric asks for to a number of pods,
 * with its defaults and the chart's {@code stabilizationWindowSeconds}: up to the least that was
 * asked for during one window, to twice as many or four more in a period, whichever is more; down
 * to the most that was asked for during another.
 */
public final class HorizontalScaler {
  /** Between two decisions ({@code --horizontal-pod-autoscaler-sync-period}). */
  public static final double PERIOD_SECONDS = 15;

  /** As in {@code helm/argus/templates/autoscalers.yaml}. */
  static final double DOWN_WINDOW_SECONDS = 300;

  /** As there, on load; on utilisation there is none. */
  static final double UP_WINDOW_SECONDS = 60;

  /** What a metric may be off its target without a change. */
  static final double TOLERANCE = 0.1;

  private static final int PODS_MORE = 4;

  private final int least;
  private final int most;
  private final double upWindowSeconds;
  private final Deque<Asked> asked = new ArrayDeque<>();

  private record Asked(double time, int pods) {}

  /**
   * @param least pods, at least 1
   * @param most pods
   * @param upWindowSeconds of which the least counts that was asked for
   */
  public HorizontalScaler(int least, int most, double upWindowSeconds) {
    this.least = least;
    this.most = most;
    this.upWindowSeconds = upWindowSeconds;
  }

  /**
   * How many pods there are to be.
   *
   * @param now seconds, ascending from call to call
   * @param present pods that there are or will be
   * @param wanted pods that the metrics ask for
   */
  public int decide(double now, int present, int wanted) {
    asked.removeIf(each -> each.time() <= now - DOWN_WINDOW_SECONDS);
    asked.add(new Asked(now, wanted));
    int highest = asked.stream().mapToInt(Asked::pods).max().orElse(wanted);
    int lowest =
        asked.stream()
            .filter(each -> each.time() > now - upWindowSeconds)
            .mapToInt(Asked::pods)
            .min()
            .orElse(wanted);
    int pods = Math.clamp(present, lowest, highest);
    int fastest = Math.max(2 * present, present + PODS_MORE);
    return Math.clamp(Math.min(pods, fastest), least, most);
  }

  /**
   * What a metric asks for that is averaged over pods: ready ones, and where it asks for more,
   * those that start count as having none of it, so that what comes anyway is not asked for twice.
   *
   * @param sum of the metric over ready pods
   */
  static int wantedByAverage(double sum, double target, int ready, int starting) {
    if (ready == 0) {
      return starting;
    }
    int counted = sum > ready * target ? ready + starting : ready;
    double ratio = sum / (counted * target);
    boolean turned = counted > ready && ratio < 1;
    return turned || Math.abs(ratio - 1) <= TOLERANCE
        ? ready + starting
        : (int) Math.ceil(ratio * counted);
  }

  /** What a metric asks for that is a sum over all pods, as KEDA's queries give it. */
  static int wantedBySum(double sum, double target, int present) {
    return Math.abs(sum / (target * present) - 1) <= TOLERANCE
        ? present
        : (int) Math.ceil(sum / target);
  }
}
