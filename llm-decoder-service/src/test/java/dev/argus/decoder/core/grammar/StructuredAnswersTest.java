package dev.argus.decoder.core.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.decoder.core.region.Region;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.decoder.core.region.RegionReader;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model says at temperature 2, over argus-tiny's own tokens, it says in form. */
class StructuredAnswersTest {
  private static final Checkpoint CHECKPOINT =
      Checkpoint.open(Golden.repository().resolve("models/argus-tiny"));
  private static final Set<Integer> END_IDS = CHECKPOINT.config().endOfSequenceIds();
  private static final RegionDialect DIALECT =
      RegionDialect.of(CHECKPOINT.config(), CHECKPOINT.tokenizer());
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Grammars grammars =
      new Grammars(
          new Vocabulary(
              CHECKPOINT.tokenizer().vocabularySize(),
              CHECKPOINT.tokenizer()::bytes,
              DIALECT.markers(),
              END_IDS),
          DIALECT.grammar(),
          () -> 0,
          GrammarObserver.NONE);

  static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.list(Golden.repository().resolve("testdata/schemas"))) {
      return files.sorted().toList();
    }
  }

  /** 20 schemas, 100 answers each; some with room, some that have to be shortened. */
  @ParameterizedTest
  @MethodSource("schemas")
  void everyAnswerIsValidByItsSchema(Path file) throws IOException {
    String schema = Files.readString(file);
    JsonSchema validator =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(
                schema, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    Grammar grammar = grammars.of(new Format.JsonSchema(schema));
    int shortened = 0;
    for (int i = 0; i < 100; i++) {
      int room = grammar.start().distance() + 1 + i % 5 * i;
      RandomAnswer answer = RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, i, room);
      String text = answer.text(CHECKPOINT.tokenizer());
      JsonNode value = JSON.readTree(text);
      assertThat(validator.validate(value)).as(text).isEmpty();
      shortened += answer.shortened() ? 1 : 0;
    }
    assertThat(shortened).as("answers that had to be shortened").isPositive();
  }

  @Test
  void everyJsonObjectIsOne() throws IOException {
    Grammar grammar = grammars.of(new Format.JsonObject());
    for (int i = 0; i < 200; i++) {
      RandomAnswer answer = RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, i, 2 + i);
      assertThat(JSON.readTree(answer.text(CHECKPOINT.tokenizer())).isObject()).isTrue();
    }
  }

  @Test
  void everyAnswerMatchesItsExpression() {
    for (String expression : List.of("[a-z]+(, [a-z]+)*", "\\d{3}-\\d{4}|none", "(yes|no)\\.?")) {
      Grammar grammar = grammars.of(new Format.Regex(expression));
      for (int i = 0; i < 100; i++) {
        RandomAnswer answer = RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, i, 8 + i);
        assertThat(answer.text(CHECKPOINT.tokenizer())).matches(expression);
      }
    }
  }

  @Test
  void everyAnswerIsOneOfTheChoices() {
    List<String> choices = List.of("red", "red circle", "blue", "\u4e2d\u6587", "a\nb");
    Grammar grammar = grammars.of(new Format.Choices(choices));
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RandomAnswer answer = RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, i, 20);
      chosen.add(answer.text(CHECKPOINT.tokenizer()));
    }
    assertThat(chosen).isSubsetOf(choices).containsAll(choices);
  }

  /**
   * 2,000 answers: each is regions, or a sentence, or regions that end where the tokens did. What
   * is read from the tokens as they come is what an expression finds in the whole text.
   */
  @Test
  void everyAnswerIsRegions() {
    Pattern region = Pattern.compile("([^;<>]+)<loc_(\\d+)><loc_(\\d+)><loc_(\\d+)><loc_(\\d+)>");
    Pattern whole = Pattern.compile(" ?[^;<>]+\\.|%s(; ?%s)*".formatted(region, region));
    Grammar grammar = grammars.of(new Format.Regions());
    int regions = 0;
    int cut = 0;
    for (int i = 0; i < 2000; i++) {
      RandomAnswer answer =
          RandomAnswer.of(grammar, CHECKPOINT.tokenizer(), END_IDS, i, 1 + i % 150);
      String text = answer.text(CHECKPOINT.tokenizer());
      List<Region> read = read(answer.tokens());
      assertThat(whole.matcher(text).matches() || !answer.finished()).as(text).isTrue();
      assertThat(answer.shortened()).isFalse();
      check(region.matcher(text), read);
      regions += read.size();
      cut += answer.finished() ? 0 : 1;
    }
    assertThat(regions).isGreaterThan(1000);
    assertThat(cut).isBetween(100, 1900);
  }

  private static List<Region> read(List<Integer> tokens) {
    RegionReader reader = DIALECT.reader(CHECKPOINT.tokenizer()::bytes);
    List<Region> regions = new ArrayList<>();
    tokens.forEach(token -> regions.addAll(reader.read(token, Math.log(0.5))));
    return regions;
  }

  private static void check(Matcher found, List<Region> read) {
    for (Region region : read) {
      assertThat(found.find()).isTrue();
      double[] edges = new double[4];
      for (int i = 0; i < 4; i++) {
        edges[i] = (Integer.parseInt(found.group(2 + i)) + 0.5) / 64;
      }
      assertThat(region.label()).isEqualTo(found.group(1).strip());
      assertThat(region.xMin()).isEqualTo(Math.min(edges[0], edges[2]));
      assertThat(region.yMin()).isEqualTo(Math.min(edges[1], edges[3]));
      assertThat(region.xMax()).isEqualTo(Math.max(edges[0], edges[2]));
      assertThat(region.yMax()).isEqualTo(Math.max(edges[1], edges[3]));
      assertThat(region.confidence()).isCloseTo(0.5, offset(1e-9));
      assertThat(region.endToken() - region.firstToken()).isGreaterThan(4);
    }
    assertThat(found.find()).isFalse();
  }
}
