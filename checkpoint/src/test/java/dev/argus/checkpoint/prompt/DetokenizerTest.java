package dev.argus.checkpoint.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
  private static final Path FILE = Golden.path("tiny-idefics3/tokenizer.json");
  private static final String ALPHABET = "aZ 9\n\t.,<>|_éßñ漢字テ한🙂👩‍👩‍👧\u0000\u0301";

  private final Tokenizer tokenizer = Tokenizer.open(FILE, _ -> false);

  @Test
  void holdsBackACharacterUntilItsLastByte() {
    Detokenizer detokenizer = tokenizer.detokenizer();
    int[] ids = tokenizer.encode("🙂");
    assertThat(ids).hasSizeGreaterThan(1);

    for (int i = 0; i < ids.length - 1; i++) {
      assertThat(detokenizer.append(ids[i])).isEmpty();
    }
    assertThat(detokenizer.append(ids[ids.length - 1])).isEqualTo("🙂");
    assertThat(detokenizer.finish()).isEmpty();
  }

  @Test
  void replacesACharacterThatStaysIncomplete() {
    Detokenizer detokenizer = tokenizer.detokenizer();
    int[] ids = tokenizer.encode("🙂");

    assertThat(detokenizer.append(ids[0])).isEmpty();
    assertThat(detokenizer.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void replacesBytesThatCanNoLongerBecomeACharacter() {
    int[] smile = tokenizer.encode("🙂");
    int letter = tokenizer.encode("a")[0];
    Detokenizer detokenizer = tokenizer.detokenizer();

    assertThat(detokenizer.append(smile[0])).isEmpty();
    assertThat(detokenizer.append(letter)).isEqualTo("\uFFFDa");
  }

  @Test
  void hidesSpecialTokensUnlessTheyAreAlwaysShown() {
    int special = tokenizer.addedToken("<row_1_col_1>").orElseThrow();
    Tokenizer showing = Tokenizer.open(FILE, id -> id == special);

    assertThat(tokenizer.decode(special)).isEmpty();
    assertThat(showing.decode(special)).isEqualTo("<row_1_col_1>");
  }

  @Test
  void givesNoTextForIdsBeyondTheVocabulary() {
    assertThat(tokenizer.decode(tokenizer.vocabularySize())).isEmpty();
  }

  @Test
  void piecesTogetherAreTheTextWhateverIsEncoded() {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      String text = randomText(random);
      assertThat(inPieces(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void piecesTogetherEqualHuggingFacesDecodeWhateverTheIds() throws IOException {
    Random random = new Random(2);
    try (HuggingFaceTokenizer reference = reference()) {
      for (int round = 0; round < 3000; round++) {
        int[] ids = random.ints(1 + random.nextInt(30), 0, tokenizer.vocabularySize()).toArray();
        String whole = reference.decode(Arrays.stream(ids).asLongStream().toArray(), true);
        assertThat(inPieces(ids)).isEqualTo(whole);
        assertThat(tokenizer.decode(ids)).isEqualTo(whole);
      }
    }
  }

  private String inPieces(int[] ids) {
    Detokenizer detokenizer = tokenizer.detokenizer();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = detokenizer.append(id);
      text.append(piece);
    }
    return text.append(detokenizer.finish()).toString();
  }

  private static String randomText(Random random) {
    int[] alphabet = ALPHABET.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    random
        .ints(1 + random.nextInt(40), 0, alphabet.length)
        .forEach(i -> text.appendCodePoint(alphabet[i]));
    return text.toString();
  }

  private static HuggingFaceTokenizer reference() throws IOException {
    try (InputStream json = Files.newInputStream(FILE)) {
      return HuggingFaceTokenizer.newInstance(
          json, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }
  }
}
