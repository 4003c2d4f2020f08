package dev.argus.bench.simulate;

import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.simulate.model.Layout;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.scale.Policy;
import dev.argus.bench.simulate.traffic.Shape;

/**
 * One thing to simulate.
 *
 * @param pods that the peak needs by {@link Plan}, the stages' added up
 * @param peak requests a second at the height of the traffic
 * @param hours that are simulated
 * @param objective what makes an answer good enough
 * @param seed of traffic and of choices among equals
 */
record Scenario(
    Profile profile,
    Layout layout,
    Policy policy,
    Shape shape,
    double pods,
    double peak,
    double hours,
    Objective objective,
    Prices prices,
    long seed) {

  /** Policy and layout, for people. */
  String label() {
    return "%s, %s".formatted(policy.label(), layout.label());
  }

  double seconds() {
    return hours * 3600;
  }
}
