package dev.argus.bench.simulate.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.profile.Targets;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HorizontalScalerTest {
  private final HorizontalScaler scaler = new HorizontalScaler(1, 1000, 0);

  @Test
  void goesUpAtOnceAndDoublesAtMost() {
    assertThat(scaler.decide(0, 1, 100)).isEqualTo(5);
    assertThat(scaler.decide(15, 5, 100)).isEqualTo(10);
    assertThat(scaler.decide(30, 10, 100)).isEqualTo(20);
    assertThat(scaler.decide(45, 60, 100)).isEqualTo(100);
    assertThat(scaler.decide(60, 900, 5000)).isEqualTo(1000);
  }

  @Test
  void aCrowdOfAMomentAsksForNothingWhereThereIsAWindowUp() {
    HorizontalScaler patient = new HorizontalScaler(1, 1000, 60);

    assertThat(patient.decide(0, 10, 10)).isEqualTo(10);
    assertThat(patient.decide(15, 10, 18)).isEqualTo(10);
    assertThat(patient.decide(30, 10, 9)).isEqualTo(10);
    for (int time = 45; time < 90; time += 15) {
      assertThat(patient.decide(time, 10, 20)).isEqualTo(10);
    }
    assertThat(patient.decide(90, 10, 16)).isEqualTo(16);
  }

  @Test
  void goesDownToTheMostThatWasWantedInFiveMinutes() {
    assertThat(scaler.decide(0, 10, 10)).isEqualTo(10);
    assertThat(scaler.decide(15, 10, 7)).isEqualTo(10);
    for (int time = 30; time < 300; time += 15) {
      assertThat(scaler.decide(time, 10, 4)).isEqualTo(10);
    }
    assertThat(scaler.decide(300, 10, 4)).isEqualTo(7);
    assertThat(scaler.decide(315, 7, 4)).isEqualTo(4);
    assertThat(scaler.decide(1000, 4, 0)).isEqualTo(1);
  }

  @Test
  void doesNotAskTwiceForPodsThatStart() {
    assertThat(HorizontalScaler.wantedByAverage(20, 1, 10, 0)).isEqualTo(20);
    assertThat(HorizontalScaler.wantedByAverage(20, 1, 10, 10)).isEqualTo(20);
    assertThat(HorizontalScaler.wantedByAverage(20, 1, 10, 15)).isEqualTo(25);
    assertThat(HorizontalScaler.wantedByAverage(40, 1, 10, 10)).isEqualTo(40);
  }

  @Test
  void aTenthOffTheTargetChangesNothing() {
    assertThat(HorizontalScaler.wantedByAverage(10.9, 1, 10, 0)).isEqualTo(10);
    assertThat(HorizontalScaler.wantedByAverage(9.1, 1, 10, 0)).isEqualTo(10);
    assertThat(HorizontalScaler.wantedByAverage(11.2, 1, 10, 0)).isEqualTo(12);
    assertThat(HorizontalScaler.wantedBySum(10.9, 1, 10)).isEqualTo(10);
    assertThat(HorizontalScaler.wantedBySum(25, 2, 10)).isEqualTo(13);
  }

  @Test
  void isThereWithinAMinuteWhenLoadDoublesAndNeverTurnsBackOnSteadyLoad() {
    SplittableRandom random = new SplittableRandom(5);
    List<Integer> ready = new ArrayList<>();
    int pods = 10;
    int serving = 10;
    for (int time = 0; time < 7200; time += 15) {
      double load = time < 600 ? 7 : 14;
      double measured = load * (0.97 + 0.06 * random.nextDouble());
      int starting = pods - serving;
      int wanted = HorizontalScaler.wantedByAverage(measured, 0.7, serving, starting);
      serving = pods; // What was asked for a period ago has started.
      pods = scaler.decide(time, pods, wanted);
      ready.add(serving);
    }

    assertThat(ready).isSorted();
    assertThat(ready.subList(0, 40)).containsOnly(10);
    assertThat(ready.get(44)).isBetween(20, 22);
    assertThat(ready.getLast()).isEqualTo(ready.get(44));
  }

  @Test
  void targetsAreTheChartsOwn() throws IOException {
    Profile processors = Profile.read("smolvlm-256m-cpu");
    Profile gpus = Profile.read("smolvlm-256m-h100");
    String values = chart("values.yaml");
    Targets targets =
        new Targets(
            number(values, "preprocess", "target"),
            number(values, "encoder", "target"),
            number(values, "decoder", "target"));

    assertThat(processors.targets()).isEqualTo(targets);
    assertThat(gpus.targets())
        .isEqualTo(
            new Targets(
                targets.preprocess()
                    * gpus.pods().preprocess().cpus()
                    / processors.pods().preprocess().cpus(),
                targets.encoder(),
                number(chart("values-gpu.yaml"), "decoder", "target")));
    assertThat(List.of("preprocess", "encoder", "decoder"))
        .allSatisfy(stage ->
            assertThat(number(values, stage, "cpuPercent")).isEqualTo(100 * Policy.UTILISATION));
  }

  @Test
  void theWindowsAreTheChartsOwn() throws IOException {
    assertThat(chart("templates/autoscalers.yaml"))
        .contains(
            "scaleUp: {stabilizationWindowSeconds: %.0f}"
                .formatted(HorizontalScaler.UP_WINDOW_SECONDS),
            "scaleDown: {stabilizationWindowSeconds: %.0f}"
                .formatted(HorizontalScaler.DOWN_WINDOW_SECONDS));
  }

  private static double number(String values, String stage, String key) {
    Matcher own =
        Pattern.compile("(?ms)^%s:.*?\\b%s: ([0-9.]+)".formatted(stage, key)).matcher(values);
    assertThat(own.find()).isTrue();
    return Double.parseDouble(own.group(1));
  }

  private static String chart(String file) throws IOException {
    return Files.readString(Golden.repository().resolve("helm/argus").resolve(file));
  }
}
