package dev.argus.decoder.core.grammar.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.argus.base.failure.InvalidInput;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegularExpressionTest {
  private static final int[] ALPHABET =
      "ab01 -\"\\\n\u00e9\u4e2d\ud83d\ude00\uffff\u0080.".codePoints().toArray();

  /** The JDK reads these alike. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "ab|b0",
        "(a|b)*0",
        "a+b?",
        "[ab]{2,3}",
        "[^ab]+",
        "(?:a0){2}",
        "a{0}",
        "a{2,}",
        ".*",
        ".a.",
        "\\d+-\\d",
        "\\w\\W\\s?",
        "\\S*\\D",
        "[a-c0-9-]+",
        "\\x61\\u0062",
        "[\\d\\-a]*",
        "\u00e9+|\u4e2d?\"",
        "[\u0080-\uffff]+",
        "(a|ab)(0|b0)?",
        "",
        "a*?b",
        "\\.\\\\",
        "(?<name>a)\\n",
        "((a|b)(0|1)){1,3}",
        "[\"\\\\]+",
        "[^\\n]*"
      })
  void matchesAsTheJdkDoes(String expression) {
    Pattern whole = Pattern.compile(expression);
    Automaton text =
        automaton(RegularExpression.whole(expression, Alphabet.TEXT, "x", new Effort("x")));
    Automaton json =
        automaton(RegularExpression.whole(expression, Alphabet.JSON_STRING, "x", new Effort("x")));
    Automaton anywhere =
        automaton(RegularExpression.anywhere(expression, Alphabet.TEXT, "x", new Effort("x")));
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      String word = word(random);
      assertThat(Words.accepts(text, word)).as(word).isEqualTo(whole.matcher(word).matches());
      assertThat(Words.accepts(json, inJson(word)))
          .as(word)
          .isEqualTo(whole.matcher(word).matches());
      assertThat(Words.accepts(anywhere, word)).as(word).isEqualTo(whole.matcher(word).find());
    }
  }

  private static Automaton automaton(Expression expression) {
    return Determinization.of(expression, new Effort("x"));
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      word.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return word.toString();
  }

  private static String inJson(String word) {
    String quoted = new TextNode(word).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  @Test
  void anchorsHoldAtTheEndsOfAlternatives() {
    Expression expression =
        RegularExpression.anywhere("^a|b$", Alphabet.TEXT, "x", new Effort("x"));

    assertThat(Words.accepts(expression, "a0")).isTrue();
    assertThat(Words.accepts(expression, "0b")).isTrue();
    assertThat(Words.accepts(expression, "0a")).isFalse();
    assertThat(Words.accepts(expression, "b0")).isFalse();
  }

  @Test
  void aDotTakesEveryCharacterButLineEnds() {
    Automaton dot = automaton(RegularExpression.whole(".", Alphabet.TEXT, "x", new Effort("x")));
    for (int character = 0; character <= Character.MAX_CODE_POINT; character += 7) {
      boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
      if (!surrogate) {
        assertThat(Words.accepts(dot, Character.toString(character)))
            .as(Integer.toHexString(character))
            .isEqualTo("\n\r\u2028\u2029".indexOf(character) < 0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "a(?=b) # looks around",
        "(?<!b)a # looks around",
        "(a)\\1 # has \\1, which is not supported",
        "\\bword # has \\b, which is not supported",
        "\\p{L} # has \\p, which is not supported",
        "a^b # has a ^ that is not at the beginning",
        "(a$) # has a $ in a group",
        "a$b # has a $ before the end",
        "(a # needs a )",
        "a) # has a ) without a (",
        "[a # has a [ without a ]",
        "[z-a] # has a range whose end comes before its beginning",
        "*a # has a * that must be escaped",
        "a{3,2} # repeats from 3 to 2 times",
        "a{99999} # needs a number from 0 to 10000",
        "\\xZZ # needs 2 hexadecimal digits",
        "(((a{1000}){1000}){1000}) # is too large",
        "(a|b)*a(a|b){24} # is too large"
      })
  void refusesWhatIsNotRegularOrTooLarge(String expression, String problem) {
    assertThatThrownBy(() -> Rules.regularExpression(expression, "response_format.regex"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageStartingWith("response_format.regex")
        .hasMessageContaining(problem);
  }

  @Test
  void readsAnythingOrRefusesIt() {
    Random random = new Random(2);
    String signs = "ab01()[]{}^$.*+?|\\-,:<>=!dwsxu\u00e9";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder expression = new StringBuilder();
      for (int length = random.nextInt(10); length > 0; length--) {
        expression.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        RegularExpression.anywhere(expression.toString(), Alphabet.TEXT, "x", new Effort("x"));
      } catch (InvalidInput e) {
        assertThat(e.field()).isEqualTo("x");
      }
    }
  }
}
