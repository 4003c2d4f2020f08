package dev.argus.checkpoint.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private final Tokenizer tokenizer =
      Tokenizer.open(Golden.path("tiny-idefics3/tokenizer.json"), _ -> false);

  @Test
  void recognisesSpecialTokensAndAddsNone() {
    assertThat(tokenizer.encode("<|im_start|>User:")).containsExactly(1, 362, 42);
    assertThat(tokenizer.encode("User:")).containsExactly(362, 42);
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void cutsNothingOffALongText() {
    assertThat(tokenizer.encode("9".repeat(50_000))).hasSize(50_000);
  }

  @Test
  void knowsItsSize() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(560);
  }

  @Test
  void takesHalfASurrogatePairWithoutFailing() {
    assertThat(tokenizer.decode(tokenizer.encode("a\uD83Db"))).startsWith("a").endsWith("b");
  }

  @Test
  void refusesAFileThatIsNoTokenizer(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {}}");

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> Tokenizer.open(file, _ -> false))
        .withMessageContaining("ByteLevel");
  }

  @Test
  void refusesAMissingFile(@TempDir Path folder) {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> Tokenizer.open(folder.resolve("tokenizer.json"), _ -> false))
        .withMessageContaining("tokenizer.json is missing");
  }
}
