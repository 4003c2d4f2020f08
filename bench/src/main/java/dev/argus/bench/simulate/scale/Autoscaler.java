package dev.argus.bench.simulate.scale;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.profile.Targets;
import dev.argus.bench.simulate.time.Calendar;
import java.util.List;

/** Scales one deployment by a policy, every 15 seconds. */
public final class Autoscaler {
  private final Calendar calendar;
  private final Deployment deployment;
  private final List<Signal> signals;
  private final HorizontalScaler scaler;
  private final Calendar.Timer period;
  private int direction;
  private int turns;

  /**
   * Begins.
   *
   * @param most pods
   */
  public Autoscaler(
      Calendar calendar, Deployment deployment, Policy policy, Targets targets, int most) {
    this.calendar = calendar;
    this.deployment = deployment;
    this.signals = policy.signals(deployment, targets);
    this.scaler = new HorizontalScaler(1, most, policy.upWindowSeconds());
    this.period = calendar.timer(this::scale);
    if (!signals.isEmpty()) {
      period.set(calendar.now() + HorizontalScaler.PERIOD_SECONDS);
    }
  }

  /** How often it went down after it had gone up, or up after down. */
  public int turns() {
    return turns;
  }

  private void scale() {
    int present = deployment.wanted();
    int wanted = signals.stream().mapToInt(signal -> signal.wanted(deployment)).max().orElseThrow();
    int pods = scaler.decide(calendar.now(), present, wanted);
    int newDirection = Integer.compare(pods, present);
    if (newDirection != 0) {
      turns += newDirection == -direction ? 1 : 0;
      direction = newDirection;
      deployment.scaleTo(pods);
    }
    period.set(calendar.now() + HorizontalScaler.PERIOD_SECONDS);
  }
}
