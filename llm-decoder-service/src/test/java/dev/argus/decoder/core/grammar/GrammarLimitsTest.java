package dev.argus.decoder.core.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is costly to compile or to follow is refused or bounded, and what is kept is forgotten. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GrammarLimitsTest {
  private static final Checkpoint CHECKPOINT =
      Checkpoint.open(Golden.repository().resolve("models/argus-tiny"));
  private static final Set<Integer> END_IDS = CHECKPOINT.config().endOfSequenceIds();
  private static final RegionDialect DIALECT =
      RegionDialect.of(CHECKPOINT.config(), CHECKPOINT.tokenizer());
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final List<String> seen = new ArrayList<>();
  private final Grammars grammars =
      new Grammars(
          new Vocabulary(
              CHECKPOINT.tokenizer().vocabularySize(),
              CHECKPOINT.tokenizer()::bytes,
              DIALECT.markers(),
              END_IDS),
          DIALECT.grammar(),
          () -> 0,
          new Log());

  private final class Log implements GrammarObserver {
    @Override
    public void compiled(Format format, long nanos) {
      seen.add("compiled " + ((Format.Regex) format).expression());
    }

    @Override
    public void reused(Format format) {
      seen.add("reused " + ((Format.Regex) format).expression());
    }

    @Override
    public void masked(long nanos) {}
  }

  /** Small to send; each would take minutes or gigabytes where only single steps are bounded. */
  static List<Format> hostile() {
    String explodes = "{\"type\": \"string\", \"pattern\": \"(a|b)*a(a|b){13}\"}";
    return List.of(
        new Format.Regex("(a|b)*a(a|b){30}"),
        new Format.Regex(".".repeat(16_000)),
        new Format.Regex("[^a]".repeat(4_000)),
        new Format.Regex("((a{100}){100}){100}"),
        new Format.Regex("(a?){10000}"),
        schema(properties(400, _ -> object(properties(1, _ -> explodes)))),
        schema(properties(4_000, _ -> "{\"type\": \"string\", \"pattern\": \"[^a]{3}\"}")),
        new Format.JsonSchema(
            "{\"anyOf\": ["
                + many(8_000, i -> "{\"type\": \"array\", \"minItems\": " + i + "}")
                + "]}"),
        new Format.JsonSchema(
            "{\"anyOf\": [" + many(200, i -> object("\"p\": {\"const\": " + i + "}")) + "]}"),
        // Each twice the one before.
        new Format.JsonSchema(
            "{\"$ref\": \"#/$defs/a40\", \"$defs\": {\"a0\": {\"type\": \"integer\"}, "
                + many(40, i -> defined(i + 1, "{\"anyOf\": [%s, %s]}".formatted(ref(i), ref(i))))
                + "}}"),
        new Format.JsonSchema(nested(5, "{\"type\": \"integer\"}")));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void refusesWhatWouldBeCostly(Format format) {
    assertThatThrownBy(() -> grammars.of(format))
        .isInstanceOf(InvalidInput.class)
        .hasMessageStartingWith("response_format.");
  }

  /** A place's number does not tell how far it is from the end, in either direction. */
  @Test
  void findsTheEndsOfLongChainsOfRules() {
    for (int step : new int[] {1, -1}) {
      String chain =
          many(
              600,
              i ->
                  "\"a%d\": {\"type\": \"array\", \"minItems\": 1, \"items\": %s}"
                      .formatted(i, i + step < 0 || i + step == 600 ? "true" : ref(i + step)));
      String all = properties(600, i -> ref(i));
      String schema = "{\"$defs\": {" + chain + "}, " + object(all).substring(1);

      assertThatCode(() -> compileQuietly(new Format.JsonSchema(schema)))
          .as("step %d", step)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void compilesManyOptionalProperties() throws IOException {
    Grammar grammar =
        compileQuietly(schema(properties(100, _ -> "{\"type\": [\"string\", \"integer\"]}")));
    for (int i = 0; i < 20; i++) {
      String text = answer(grammar, i, 200).text(CHECKPOINT.tokenizer());
      List<String> names = new ArrayList<>();
      JSON.readTree(text).fieldNames().forEachRemaining(names::add);
      assertThat(names)
          .as(text)
          .isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)))
          .doesNotHaveDuplicates();
    }
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }

  /** Both alternatives stay possible at each level, so that there are 2 to the depth of places. */
  @Test
  void followsTheNearestPlacesOfAnAmbiguousForm() throws IOException {
    String either = ref(0) + ", " + ref(1);
    String items = "{\"anyOf\": [" + either + ", {\"type\": \"null\"}]}";
    String schema =
        "{\"anyOf\": [%s], \"$defs\": {%s, %s}}"
            .formatted(
                either,
                defined(0, "{\"type\": \"array\", \"items\": " + items + "}"),
                defined(1, "{\"type\": \"array\", \"minItems\": 1, \"items\": " + items + "}"));
    Grammar grammar = compileQuietly(new Format.JsonSchema(schema));
    Configuration here = grammar.start();
    int bracket = CHECKPOINT.tokenizer().encode("[")[0];
    for (int depth = 0; depth < 40; depth++) {
      assertThat(grammar.mask(here).allows(bracket)).isTrue();
      here = grammar.after(here, bracket);
      assertThat(here.frames()).hasSizeBetween(1, 64);
    }
    for (int i = 0; i < 100; i++) {
      String text = answer(grammar, i, 20 + i).text(CHECKPOINT.tokenizer());
      assertThat(JSON.readTree(text).isArray()).as(text).isTrue();
    }
  }

  @Test
  void refusesWhatThereIsNoRoomFor() {
    Grammar grammar = compileQuietly(new Format.Regex("[0-9]{9}"));

    assertThatThrownBy(() -> grammar.begin(3))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "sampling.max_tokens leaves room for 3 tokens; an answer in this form takes at least"
                + " about 9");
    assertThat(answer(grammar, 1, 9).text(CHECKPOINT.tokenizer())).matches("[0-9]{9}");
  }

  @Test
  void oneTokenIsRoomForAWordThatIsOne() {
    List<String> words =
        IntStream.range(0, CHECKPOINT.tokenizer().vocabularySize())
            .mapToObj(CHECKPOINT.tokenizer()::decode)
            .filter(word -> word.matches("[a-z]{4,}"))
            .limit(2)
            .toList();
    Grammar grammar = compileQuietly(new Format.Choices(words));

    assertThat(grammar.start().distance()).isGreaterThan(1);
    for (int i = 0; i < 20; i++) {
      assertThat(answer(grammar, i, 1).text(CHECKPOINT.tokenizer())).isIn(words);
    }
  }

  @Test
  void keepsTheFormsThatWereUsedLast() {
    for (int i = 0; i < 32; i++) {
      grammars.of(new Format.Regex("a{" + i + "}"));
    }
    seen.clear();
    grammars.of(new Format.Regex("a{0}"));
    grammars.of(new Format.Regex("b"));
    grammars.of(new Format.Regex("a{0}"));
    grammars.of(new Format.Regex("a{1}"));

    assertThat(seen).containsExactly("reused a{0}", "compiled b", "reused a{0}", "compiled a{1}");
  }

  @Test
  void forgetsSoonerWhatIsLarge() {
    for (int i = 0; i < 16; i++) {
      grammars.of(large(i));
    }
    seen.clear();
    grammars.of(large(15));
    grammars.of(large(0));

    assertThat(seen.stream().map(event -> event.substring(0, event.indexOf(' '))))
        .containsExactly("reused", "compiled");
  }

  /** Many states by many classes of bytes: about 10 MiB. */
  private static Format large(int number) {
    String alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    String each =
        alphabet
            .chars()
            .mapToObj(letter -> Character.toString(letter).repeat(letter % 3 + 1))
            .collect(Collectors.joining("|"));
    return new Format.Regex("(%s)x{9999}x{9999}x{%d}".formatted(each, 5000 + number));
  }

  private Grammar compileQuietly(Format format) {
    return new Grammars(
            new Vocabulary(
                CHECKPOINT.tokenizer().vocabularySize(),
                CHECKPOINT.tokenizer()::bytes,
                DIALECT.markers(),
                END_IDS),
            DIALECT.grammar(),
            () -> 0,
            GrammarObserver.NONE)
        .of(format);
  }

  private static RandomAnswer answer(Grammar grammar, long seed, int maxTokens) {
    return RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, seed, maxTokens);
  }

  private static Format schema(String properties) {
    return new Format.JsonSchema(object(properties));
  }

  private static String object(String properties) {
    return "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {%s}}"
        .formatted(properties);
  }

  private static String properties(int count, IntFunction<String> schema) {
    return many(count, i -> "\"p%d\": %s".formatted(i, schema.apply(i)));
  }

  private static String nested(int depth, String innermost) {
    String schema = innermost;
    for (int i = 0; i < depth; i++) {
      schema =
          "{\"type\": \"array\", \"minItems\": 9000, \"maxItems\": 9000, \"items\": %s}"
              .formatted(schema);
    }
    return schema;
  }

  private static String ref(int number) {
    return "{\"$ref\": \"#/$defs/a%d\"}".formatted(number);
  }

  private static String defined(int number, String schema) {
    return "\"a%d\": %s".formatted(number, schema);
  }

  private static String many(int count, IntFunction<String> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(", "));
  }
}
