package dev.argus.bench.simulate;

import java.util.List;

/**
 * What came of a scenario.
 *
 * @param policy what was scaled on
 * @param layout which stages shared a pod
 * @param replicas that the peak needs by {@link Plan}
 * @param peakRate requests a second
 * @param sent requests
 * @param underWay requests that had not ended when the time was up
 * @param attainment share of the requests that ended which were answered within the objective
 * @param goodput answers a second within the objective
 * @param cacheHits share of pictures whose features an encoder had
 * @param cpuHours paid for
 * @param gpuHours paid for
 * @param dollars paid
 * @param dollarsPerMillion answers within the objective; infinite where there is none
 * @param deployments what was scaled
 * @param day how it went, at even distances
 */
record Result(
    String policy,
    String layout,
    double replicas,
    double peakRate,
    long sent,
    long finished,
    long refused,
    long underWay,
    double attainment,
    double goodput,
    Latency ttftMs,
    Latency tpotMs,
    double cacheHits,
    double cpuHours,
    double gpuHours,
    double dollars,
    double dollarsPerMillion,
    List<Scaled> deployments,
    List<Moment> day) {

  /** Milliseconds. */
  record Latency(double p50, double p90, double p99) {
    static Latency of(Quantiles quantiles) {
      return new Latency(quantiles.ms(0.5), quantiles.ms(0.9), quantiles.ms(0.99));
    }
  }

  /**
   * A deployment over the whole time.
   *
   * @param meanPods paid for
   * @param mostPods paid for at once
   * @param utilisation part of its GPUs, or processors, that was at work, 0 to 1
   * @param turns how often it went down after up, or up after down
   * @param dollars paid for it
   */
  record Scaled(
      String name, double meanPods, int mostPods, double utilisation, int turns, double dollars) {}

  /**
   * A moment.
   *
   * @param hours since the begin
   * @param rate requests a second that are expected
   * @param pods paid for, by deployment
   * @param dollarsAnHour that they cost
   * @param neededDollarsAnHour that those cost which {@link Plan} counts on for that rate
   */
  record Moment(
      double hours,
      double rate,
      List<Integer> pods,
      double dollarsAnHour,
      double neededDollarsAnHour) {}

  /** Policy and layout, for people. */
  String label() {
    return "%s, %s".formatted(policy, layout);
  }

  /** How often deployments changed direction, added up. */
  int turns() {
    return deployments.stream().mapToInt(Scaled::turns).sum();
  }
}
