package dev.argus.decoder.core.grammar.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is in a format and what is not. That a validator agrees, the answers' tests say. */
class StringFormatsTest {

  @ParameterizedTest
  @CsvSource({
    "email, ann@example.com, ann@example",
    "email, a.b@mail.example.org, a..b@example.org",
    "date, 2024-12-31, 2024-02-30",
    "time, 23:59:59Z, 24:00:00Z",
    "date-time, 2024-01-01T00:00:00+01:00, 2024-01-01",
    "duration, P3DT4H, 3D",
    "hostname, a-b.example, -a.example",
    "ipv4, 255.0.10.1, 256.0.0.1",
    "ipv6, 1:2:3:4:5:6:7:8, 1:2:3",
    "uuid, 01234567-89ab-cdef-0123-456789abcdef, 0123"
  })
  void takesTheFirstAndNotTheSecond(String format, String good, String bad) {
    Expression expression =
        RegularExpression.whole(
            Objects.requireNonNull(StringFormats.EXPRESSIONS.get(format)),
            Alphabet.TEXT,
            "test",
            new Effort("x"));

    assertThat(Words.accepts(expression, good)).isTrue();
    assertThat(Words.accepts(expression, bad)).isFalse();
  }
}
