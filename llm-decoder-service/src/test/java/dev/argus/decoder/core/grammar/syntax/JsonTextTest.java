package dev.argus.decoder.core.grammar.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void anIntegerOfARangeIsOneInIt() {
    Random random = new Random(3);
    for (int round = 0; round < 60; round++) {
      long a = random.nextLong(-2500, 2500);
      long b = random.nextLong(-2500, 2500);
      Automaton range =
          Determinization.of(JsonText.integer(Math.min(a, b), Math.max(a, b)), new Effort("test"));
      for (long value = -2600; value <= 2600; value++) {
        assertThat(Words.accepts(range, Long.toString(value)))
            .as("%d in %d to %d", value, a, b)
            .isEqualTo(Math.min(a, b) <= value && value <= Math.max(a, b));
      }
      assertThat(Words.accepts(range, "-0")).isFalse();
      assertThat(Words.accepts(range, "007")).isFalse();
      assertThat(Words.accepts(range, "")).isFalse();
    }
  }

  @Test
  void numbersAreJson() {
    for (String number : new String[] {"0", "-1", "12.5", "1e5", "-0.001E-07", "999999999999999"}) {
      assertThat(Words.accepts(JsonText.NUMBER, number)).as(number).isTrue();
    }
    for (String other : new String[] {"01", ".5", "5.", "1e", "+1", "1e123", "NaN", "--1"}) {
      assertThat(Words.accepts(JsonText.NUMBER, other)).as(other).isFalse();
    }
  }

  @Test
  void stringsAreJson() {
    for (String text : new String[] {"", "a", "\\\"", "\\u00e9", "\u4e2d", "\\ud7ff", "\\n"}) {
      assertThat(Words.accepts(JsonText.STRING, "\"" + text + "\"")).as(text).isTrue();
    }
    for (String other : new String[] {"\"", "\n", "\\x", "\\u12", "\\ud800", "\\"}) {
      assertThat(Words.accepts(JsonText.STRING, "\"" + other + "\"")).as(other).isFalse();
    }
  }
}
