package dev.argus.bench.simulate;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Site;
import dev.argus.bench.simulate.model.Usage;
import dev.argus.bench.simulate.profile.PodShape;
import dev.argus.bench.simulate.scale.Autoscaler;
import dev.argus.bench.simulate.scale.Policy;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;

/** Runs a scenario on a virtual clock. The same scenario gives the same result. One thread. */
final class Simulation {
  /** Moments of a run that are told. */
  static final int MOMENTS = 288;

  /** As many pods as an autoscaler may ask for, in terms of what the peak needs. */
  private static final int MOST = 4;

  private final Scenario scenario;
  private final Plan plan;
  private final Runnable afterEach;
  private final Calendar calendar = new Calendar();
  private final Traffic traffic;
  private final Tally tally;
  private final Site site;
  private final List<Autoscaler> autoscalers;
  private final List<Result.Moment> moments = new ArrayList<>();
  private final Calendar.Timer arrival = calendar.timer(this::arrive);

  private Simulation(Scenario scenario, Runnable afterEach) {
    this.scenario = scenario;
    this.plan = new Plan(scenario.profile());
    this.afterEach = afterEach;
    this.tally = new Tally(scenario.objective());
    this.traffic =
        new Traffic(
            scenario.shape(),
            scenario.peak(),
            scenario.seconds(),
            scenario.profile().questions(),
            scenario.seed());
    this.site =
        new Site(
            calendar,
            scenario.profile(),
            scenario.layout(),
            Integer.MAX_VALUE,
            scenario.seed(),
            tally::add);
    this.autoscalers = site.deployments().stream().map(this::scaled).toList();
  }

  /**
   * Runs.
   *
   * @param afterEach told of each of {@link #MOMENTS}
   */
  static Result run(Scenario scenario, Runnable afterEach) {
    return new Simulation(scenario, afterEach).run();
  }

  private Autoscaler scaled(Deployment deployment) {
    double first =
        scenario.policy() == Policy.FIXED ? scenario.peak() : traffic.rate(calendar.now());
    deployment.beginWith(plan.pods(deployment, first));
    int most = MOST * plan.pods(deployment, scenario.peak());
    return new Autoscaler(
        calendar, deployment, scenario.policy(), scenario.profile().targets(), most);
  }

  private Result run() {
    arrival.set(traffic.next(0));
    for (int moment = 1; moment <= MOMENTS; moment++) {
      calendar.runUntil(scenario.seconds() * moment / MOMENTS);
      moments.add(moment());
      afterEach.run();
    }
    return result();
  }

  private void arrive() {
    site.send(traffic.question());
    arrival.set(traffic.next(calendar.now()));
  }

  private Result.Moment moment() {
    double dollars = 0;
    for (Deployment deployment : site.deployments()) {
      dollars += scenario.prices().of(deployment.shape(), 3600.0 * deployment.paid());
    }
    double rate = traffic.rate(calendar.now());
    return new Result.Moment(
        calendar.now() / 3600,
        rate,
        site.deployments().stream().map(Deployment::paid).toList(),
        dollars,
        plan.dollarsAnHour(scenario.layout(), rate, scenario.prices()));
  }

  private Result result() {
    double cpuSeconds = 0;
    double gpuSeconds = 0;
    double dollars = 0;
    long lookups = 0;
    long hits = 0;
    List<Result.Scaled> scaled = new ArrayList<>();
    for (int i = 0; i < autoscalers.size(); i++) {
      Deployment deployment = site.deployments().get(i);
      PodShape shape = deployment.shape();
      Usage usage = deployment.usage();
      double podSeconds = deployment.podSeconds();
      double paid = scenario.prices().of(shape, podSeconds);
      cpuSeconds += shape.cpus() * podSeconds;
      gpuSeconds += shape.gpus() * podSeconds;
      dollars += paid;
      lookups += usage.lookups();
      hits += usage.hits();
      scaled.add(
          new Result.Scaled(
              deployment.name(),
              podSeconds / scenario.seconds(),
              deployment.most(),
              usage.busySeconds() / podSeconds,
              autoscalers.get(i).turns(),
              paid));
    }
    long ended = tally.finished() + tally.refused();
    return new Result(
        scenario.policy().label(),
        scenario.layout().label(),
        scenario.pods(),
        scenario.peak(),
        site.sent(),
        tally.finished(),
        tally.refused(),
        site.underWay(),
        ended == 0 ? 1 : (double) tally.good() / ended,
        tally.good() / scenario.seconds(),
        Result.Latency.of(tally.ttft()),
        Result.Latency.of(tally.tpot()),
        lookups == 0 ? 0 : (double) hits / lookups,
        cpuSeconds / 3600,
        gpuSeconds / 3600,
        dollars,
        dollars / tally.good() * 1e6,
        scaled,
        moments);
  }
}
