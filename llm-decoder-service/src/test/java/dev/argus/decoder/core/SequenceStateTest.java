package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.decoder.core.SequenceState.Signal;
import dev.argus.decoder.core.SequenceState.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequenceStateTest {

  @ParameterizedTest
  @EnumSource
  void allowsWhatTheTableSaysAndNothingElse(SequenceState state) {
    for (Signal signal : Signal.values()) {
      SequenceState.TRANSITIONS.stream()
          .filter(row -> row.from() == state && row.signal() == signal)
          .findAny()
          .ifPresentOrElse(
              row -> assertThat(state.on(signal)).isEqualTo(row),
              () ->
                  assertThatThrownBy(() -> state.on(signal))
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageContaining(state + " on " + signal));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyStateThatIsNotTerminalCanBeGivenUp(SequenceState state) {
    assertThat(SequenceState.TRANSITIONS.stream().anyMatch(row -> row.from() == state))
        .isEqualTo(!state.terminal());
    if (!state.terminal()) {
      assertThat(state.on(Signal.GIVEN_UP).to()).isEqualTo(SequenceState.FAILED);
    }
  }

  @Test
  void isDrawnInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("../docs/scheduler.md"));
    for (Transition row : SequenceState.TRANSITIONS) {
      assertThat(page)
          .contains("%s --> %s : %s".formatted(row.from(), row.to(), row.signal()))
          .contains("| `%s` |".formatted(row.signal()));
    }
    assertThat(page.lines().filter(line -> line.matches("\\s+[A-Z_]+ --> [A-Z_]+ : .*")))
        .hasSameSizeAs(SequenceState.TRANSITIONS);
  }
}
