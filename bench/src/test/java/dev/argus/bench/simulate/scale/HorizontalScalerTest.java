package dev.argus.bench.simulate.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.bench.simulate.model.Stage;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HorizontalScalerTest {
  private final HorizontalScaler scaler = new HorizontalScaler(1, 1000);

  @Test
  void goesUpAtOnceAndDoublesAtMost() {
    assertThat(scaler.decide(0, 1, 100)).isEqualTo(5);
    assertThat(scaler.decide(15, 5, 100)).isEqualTo(10);
    assertThat(scaler.decide(30, 10, 100)).isEqualTo(20);
    assertThat(scaler.decide(45, 60, 100)).isEqualTo(100);
    assertThat(scaler.decide(60, 900, 5000)).isEqualTo(1000);
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

  @ParameterizedTest
  @EnumSource
  void targetsAreTheChartsOwn(Stage stage) throws IOException {
    String values = Files.readString(Golden.repository().resolve("helm/argus/values.yaml"));
    Matcher own =
        Pattern.compile("(?ms)^%s:.*?cpuPercent: (\\d+).*?target: (\\d+)".formatted(stage.label()))
            .matcher(values);

    assertThat(own.find()).isTrue();
    assertThat(Policy.UTILISATION).isEqualTo(Integer.parseInt(own.group(1)) / 100.0);
    assertThat(Policy.target(stage)).isEqualTo(Integer.parseInt(own.group(2)));
  }

  @Test
  void theWindowIsTheChartsOwn() throws IOException {
    assertThat(
            Files.readString(Golden.repository().resolve("helm/argus/templates/autoscalers.yaml")))
        .contains(
            "stabilizationWindowSeconds: %.0f".formatted(HorizontalScaler.DOWN_WINDOW_SECONDS));
  }
}
