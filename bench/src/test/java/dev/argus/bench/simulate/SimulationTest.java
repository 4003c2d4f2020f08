package dev.argus.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.simulate.model.Layout;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.scale.Policy;
import dev.argus.bench.simulate.traffic.Shape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulationTest {
  private static final Prices PRICES = new Prices(0.04, 3);

  @Test
  void theSameScenarioGivesTheSameResult() throws IOException {
    Scenario scenario = scenario(Policy.HPA_METRIC, Layout.STAGES, Shape.BURSTS, 20, 2);

    assertThat(run(scenario)).isEqualTo(run(scenario));
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestIsCounted(Policy policy) throws IOException {
    Result result = run(scenario(policy, Layout.STAGES, Shape.BURSTS, 10, 1));

    assertThat(result.sent()).isPositive();
    assertThat(result.finished() + result.refused() + result.underWay()).isEqualTo(result.sent());
    assertThat(result.day()).hasSize(Simulation.MOMENTS);
  }

  @Test
  void podsOfAFixedNumberAreAsBusyAsWasPlannedAndPaidForThroughout() throws IOException {
    Profile profile = Profile.read("smolvlm-256m-cpu");
    Result result = run(scenario(Policy.FIXED, Layout.STAGES, Shape.STEADY, 100, 4));
    Result.Scaled encoder = result.deployments().get(1);

    assertThat(result.turns()).isZero();
    assertThat(encoder.meanPods()).isCloseTo(encoder.mostPods(), within(1e-6));
    double rate = new Plan(profile).rateOf(100);
    double work = rate * 13 * 0.2832 * (1 - result.cacheHits());
    assertThat(encoder.utilisation()).isCloseTo(work / encoder.mostPods(), withinPercentage(3));
    assertThat(result.dollars())
        .isCloseTo(
            4 * 2 * 0.04 * result.deployments().stream().mapToDouble(Result.Scaled::meanPods).sum(),
            within(1e-6));
    assertThat(result.dollarsPerMillion())
        .isCloseTo(
            1e6 * result.dollars() / (result.attainment() * (result.finished() + result.refused())),
            withinPercentage(1e-6));
  }

  @Test
  void aPolicyFollowsTheDay() throws IOException {
    Result result = run(scenario(Policy.HPA, Layout.MONOLITH, Shape.DIURNAL, 50, 12));
    List<Result.Moment> day = result.day();

    assertThat(result.attainment()).isGreaterThan(0.9);
    int noon = day.get(day.size() / 2).pods().getFirst();
    assertThat(noon).isBetween(40, 80);
    assertThat(day.get(10).pods().getFirst()).isLessThan(noon / 2);
    assertThat(day.getLast().pods().getFirst()).isLessThan(noon / 2);
  }

  @Test
  void stagesFollowTheirLoadWithoutFlapping() throws IOException {
    Result result = run(scenario(Policy.HPA_METRIC, Layout.STAGES, Shape.DIURNAL, 50, 12));

    assertThat(result.attainment()).isGreaterThan(0.95);
    assertThat(result.turns()).isLessThan(60);
  }

  private static Result run(Scenario scenario) {
    return Simulation.run(scenario, () -> {});
  }

  private static Scenario scenario(
      Policy policy, Layout layout, Shape shape, double pods, double hours) throws IOException {
    Profile profile = Profile.read("smolvlm-256m-cpu");
    return new Scenario(
        profile,
        layout,
        policy,
        shape,
        pods,
        new Plan(profile).rateOf(1) * pods,
        hours,
        Objective.parse(profile.goodput()),
        PRICES,
        11);
  }
}
