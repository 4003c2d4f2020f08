package dev.argus.bench.serve.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectiveTest {

  @Test
  void readsLimitsAsVllmDoes() {
    assertThat(Objective.parse(List.of("ttft:500", "TPOT:12.5")).limits())
        .isEqualTo(Map.of(Metric.TTFT, 500.0, Metric.TPOT, 12.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ttft", "ttft:", "ttft:fast", "ttft:-1", "itl:5", "ttft:1:2", ""})
  void saysWhatItTakes(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objective.parse(List.of(word)))
        .withMessage(
            "--goodput takes ttft, tpot or e2el and milliseconds, such as ttft:500 tpot:50, not '%s'",
            word);
  }

  @Test
  void refusesTwoLimitsOfOneFigure() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objective.parse(List.of("ttft:1", "ttft:2")))
        .withMessage("--goodput names ttft twice");
  }
}
