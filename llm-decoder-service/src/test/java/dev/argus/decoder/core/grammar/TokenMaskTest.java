package dev.argus.decoder.core.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Masks, which are put together from walks through a trie, against the machine that takes each
 * token's bytes one after another.
 */
class TokenMaskTest {
  private static final Checkpoint CHECKPOINT =
      Checkpoint.open(Golden.repository().resolve("models/argus-tiny"));
  private static final Tokenizer TOKENIZER = CHECKPOINT.tokenizer();
  private static final Set<Integer> END_IDS = CHECKPOINT.config().endOfSequenceIds();
  private static final RegionDialect DIALECT = RegionDialect.of(CHECKPOINT.config(), TOKENIZER);

  /** Beside the tokenizer's: tokens that end and begin several things at once, and a twin. */
  private static final List<String> MORE =
      List.of(
          "\"}",
          "\"},{\"",
          "\": \"",
          "]}",
          "}}}",
          "\",\"",
          "1,",
          "null}",
          "{\"x\":1",
          "\"}",
          "[[",
          "[[[",
          "]]");

  /** Both alternatives stay possible at each level. */
  private static final String TWINS =
      """
      {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
       "$defs": {
        "a": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]}},
        "b": {"type": "array", "minItems": 1,
              "items": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]}}}}\
      """;

  private final Vocabulary vocabulary =
      new Vocabulary(
          TOKENIZER.vocabularySize() + MORE.size(),
          TokenMaskTest::bytes,
          DIALECT.markers(),
          END_IDS);
  private final Grammars grammars =
      new Grammars(vocabulary, DIALECT.grammar(), () -> 0, GrammarObserver.NONE);

  private static byte[] bytes(int id) {
    int more = id - TOKENIZER.vocabularySize();
    return more < 0 ? TOKENIZER.bytes(id) : MORE.get(more).getBytes(StandardCharsets.UTF_8);
  }

  static Stream<Format> formats() throws IOException {
    List<Format> formats = new ArrayList<>();
    try (Stream<Path> schemas =
        Files.list(Golden.repository().resolve("testdata/schemas")).sorted()) {
      for (Path schema : schemas.toList()) {
        formats.add(new Format.JsonSchema(Files.readString(schema)));
      }
    }
    formats.add(new Format.JsonSchema(TWINS));
    formats.add(new Format.JsonObject());
    formats.add(new Format.Regions());
    formats.add(new Format.Regex(".*a|\\w+( \\w+){3}"));
    formats.add(new Format.Choices(List.of("a", "ab", "\u4e2d")));
    return formats.stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void allowsWhatLeadsOnAndNothingElse(Format format) {
    Grammar grammar = grammars.of(format);
    Random random = new Random(5);
    for (int answer = 0; answer < 6; answer++) {
      Configuration here = grammar.start();
      for (int i = 0; i < 40 && !here.frames().isEmpty(); i++) {
        List<Integer> allowed = check(grammar, here, random.nextInt(1 + 2 * here.distance()));
        allowed.removeAll(END_IDS);
        here = grammar.after(here, allowed.get(random.nextInt(allowed.size())));
      }
    }
  }

  private List<Integer> check(Grammar grammar, Configuration here, int limit) {
    TokenMask mask = grammar.mask(here);
    TokenMask limited = grammar.mask(here, limit);
    List<Integer> allowed = new ArrayList<>();
    for (int token = 0; token < vocabulary.size(); token++) {
      boolean silent = vocabulary.bytes(token).length == 0 && vocabulary.marker(token) < 0;
      Configuration next = grammar.after(here, token);
      boolean leadsOn = END_IDS.contains(token) ? here.complete() : !silent && !next.isDead();
      assertThat(mask.allows(token)).as("token %d", token).isEqualTo(leadsOn);
      assertThat(limited.allows(token))
          .as("token %d, limit %d", token, limit)
          .isEqualTo(leadsOn && next.distance() <= limit);
      if (leadsOn) {
        allowed.add(token);
        assertThat(next.distance()).isLessThanOrEqualTo(mask.farthest());
      }
    }
    return allowed;
  }
}
