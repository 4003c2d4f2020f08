package dev.argus.decoder.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.sampling.Stopping;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerTextTest {

  @Test
  void givesTextOutAtOnceWhenNothingStopsIt() {
    var text = answer(new Pieces("Two ", "squares"), List.of());
    assertThat(text.append(0)).isEqualTo("Two ");
    assertThat(text.append(1)).isEqualTo("squares");
    assertThat(text.finish()).isEmpty();
    assertThat(text.stopped()).isFalse();
  }

  @Test
  void holdsBackWhatMayBeginAStopString() {
    var text = answer(new Pieces("one<", "/", "x"), List.of("</s>"));
    assertThat(text.append(0)).isEqualTo("one");
    assertThat(text.append(1)).isEmpty();
    assertThat(text.append(2)).isEqualTo("</x");
  }

  @Test
  void stopsBeforeAStopStringThatCrossesTokens() {
    var text = answer(new Pieces("one<", "/s", ">two"), List.of("</s>"));
    assertThat(text.append(0)).isEqualTo("one");
    assertThat(text.append(1)).isEmpty();
    assertThat(text.append(2)).isEmpty();
    assertThat(text.stopped()).isTrue();
    assertThat(text.finish()).isEmpty();
  }

  @Test
  void givesOutHeldTextAtTheEnd() {
    var text = answer(new Pieces("a <"), List.of("</s>"));
    assertThat(text.append(0)).isEqualTo("a ");
    assertThat(text.finish()).isEqualTo("<");
  }

  @Test
  void takesTheStopStringThatIsCompleteFirst() {
    var text = answer(new Pieces("xabcd"), List.of("abcd", "bc"));
    assertThat(text.append(0)).isEqualTo("xa");
  }

  @Test
  void takesTheLongestOfThoseCompleteTogether() {
    var text = answer(new Pieces("xabc"), List.of("c", "abc", "bc"));
    assertThat(text.append(0)).isEqualTo("x");
  }

  /** However a text is cut into tokens, what comes out is the text before the first stop string. */
  @Test
  void doesNotDependOnHowTheTextIsCut() {
    Random random = new Random(7);
    for (int run = 0; run < 20_000; run++) {
      String whole = randomText(random, random.nextInt(40));
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        stops.add(randomText(random, 1 + random.nextInt(5)));
      }
      String[] pieces = cut(whole, random);
      var text = answer(new Pieces(pieces), stops);
      var result = new StringBuilder();
      for (int i = 0; i < pieces.length && !text.stopped(); i++) {
        result.append(text.append(i));
        String certain = result.toString();
        assertThat(expected(whole, stops)).as("run %d", run).startsWith(certain);
      }
      assertThat(result + text.finish()).as("run %d", run).isEqualTo(expected(whole, stops));
    }
  }

  @Test
  void keepsAStopStringThatIsToBeIncluded() {
    var stopping = Stopping.DEFAULT.withStrings(List.of("</s>")).withIncludeString(true);
    var text = new AnswerText(new Pieces("one<", "/s>two"), stopping);
    assertThat(text.append(0)).isEqualTo("one");
    assertThat(text.append(1)).isEqualTo("</s>");
    assertThat(text.stopped()).isTrue();
  }

  @Test
  void looksForStopStringsAfterTheLeastNumberOfTokens() {
    var stopping = Stopping.DEFAULT.withStrings(List.of("ab")).withMinTokens(2);
    var text = new AnswerText(new Pieces("ab", "a", "bab"), stopping);
    assertThat(text.append(0)).isEqualTo("ab");
    assertThat(text.append(1)).isEqualTo("a");
    assertThat(text.append(2)).isEqualTo("b");
    assertThat(text.stopped()).isTrue();
  }

  private static AnswerText answer(TextDecoder decoder, List<String> stop) {
    return new AnswerText(decoder, Stopping.DEFAULT.withStrings(stop));
  }

  private static String expected(String whole, List<String> stops) {
    for (int end = 1; end <= whole.length(); end++) {
      String beginning = whole.substring(0, end);
      int longest =
          stops.stream().filter(beginning::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return beginning.substring(0, end - longest);
      }
    }
    return whole;
  }

  private static String randomText(Random random, int length) {
    return random
        .ints(length, 'a', 'd')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String[] cut(String whole, Random random) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < whole.length()) {
      int to = Math.min(whole.length(), from + random.nextInt(5));
      pieces.add(whole.substring(from, to));
      from = to;
    }
    return pieces.toArray(String[]::new);
  }

  /** Token i is piece i. */
  private record Pieces(List<String> pieces) implements TextDecoder {
    Pieces(String... pieces) {
      this(List.of(pieces));
    }

    @Override
    public String append(int id) {
      return pieces.get(id);
    }

    @Override
    public String finish() {
      return "";
    }
  }
}
