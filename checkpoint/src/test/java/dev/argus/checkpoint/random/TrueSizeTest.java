package dev.argus.checkpoint.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.WeightsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made at true size, without its weights. */
class TrueSizeTest {
  /** Each word is a token of its own. */
  private static final String QUESTION_AND_ANSWER =
      "Can you describe this image ? <end_of_utterance> \\n Assistant :";

  @TempDir private Path directory;

  /** Parameters are as many as the published checkpoints' files hold; Argus's are our own. */
  @ParameterizedTest
  @CsvSource({
    "smolvlm-256m, 256484928, 49280",
    "smolvlm-500m, 507482304, 49280",
    "smolvlm-2.2b, 2246272880, 49155",
    "internvl3-2b, 2088957440, 151674",
    "argus-256m, 257664576, 50304",
  })
  void isThatOfThePublishedModel(String architecture, long parameters, int vocabulary)
      throws IOException {
    RandomCheckpoint made = settings(architecture);

    assertThat(
            made.tensors(directory).stream()
                .mapToLong(tensor -> tensor.info(DataType.BF16).elements())
                .sum())
        .isEqualTo(parameters);
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(checkpoint.config().text().vocabularySize()).isEqualTo(vocabulary);
    assertThat(checkpoint.tokenizer().vocabularySize()).isEqualTo(vocabulary);
    assertThat(checkpoint.config().endOfSequenceIds())
        .allSatisfy(id -> assertThat(checkpoint.tokenizer().decode(id)).isEmpty());
  }

  /** A block of 3 rows of 4 tiles is {@code 3 * (66 * 4 + 1) + 67} tokens. */
  @Test
  void smolVlmsPromptIsAsLongAsThePublishedOnes() throws IOException {
    Prompt prompt = describe("smolvlm-256m");

    assertThat(prompt.layout().spans()).hasSize(13);
    assertThat(prompt.layout().tokenIds()).startsWith(1).endsWith(49279, 215, 3984, 42);
    assertThat(prompt.layout().tokenIds())
        .hasSize(tokens("<|im_start|> User :") + 862 + tokens(QUESTION_AND_ANSWER));
  }

  /** Tiles of 384 pixels in 27 x 27 patches of 14, of which 3 x 3 become one visual token. */
  @Test
  void smolVlm2BHasEightyOneVisualTokensATileAndItsPlacesAreText() throws IOException {
    Prompt prompt = describe("smolvlm-2.2b");

    assertThat(prompt.plans().getFirst().canvases().getLast()).isEqualTo(new Size(1536, 1152));
    assertThat(prompt.layout().spans())
        .hasSize(13)
        .allSatisfy(span -> assertThat(span.length()).isEqualTo(81));
    String shown = Checkpoint.open(directory).tokenizer().decode(prompt.layout().tokenIds());
    assertThat(shown)
        .startsWith("User:<row_1_col_1><row_1_col_2>")
        .contains("<row_3_col_4>\n\n<global-img>Can you describe");
  }

  @Test
  void internVlsPromptIsAsLongAsThePublishedOnes() throws IOException {
    Prompt prompt = describe("internvl3-2b");

    assertThat(prompt.layout().spans()).hasSize(13);
    assertThat(prompt.layout().tokenIds())
        .hasSize(
            tokens("<|im_start|> user \\n <img>")
                + 13 * 256
                + tokens("</img> \\n Can you describe this image ? <|im_end|> \\n")
                + tokens("<|im_start|> assistant \\n"));
  }

  @Test
  void argusGivesSixtyFourVisualTokensATileAndKnowsPlaces() throws IOException {
    Prompt prompt = describe("argus-256m");

    assertThat(prompt.layout().spans()).allSatisfy(span -> assertThat(span.length()).isEqualTo(64));
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(checkpoint.tokenizer().decode(49280, 50303)).isEqualTo("<loc_0><loc_1023>");
  }

  private static int tokens(String words) {
    return words.split(" ").length;
  }

  private Prompt describe(String architecture) throws IOException {
    settings(architecture);
    return Checkpoint.open(directory)
        .prompts()
        .build(
            List.of(
                new ChatMessage(
                    ChatMessage.Role.USER,
                    List.of(
                        new ChatMessage.Picture(1600, 1200, Detail.AUTO),
                        new ChatMessage.Text("Can you describe this image?")))));
  }

  private RandomCheckpoint settings(String architecture) throws IOException {
    RandomCheckpoint made =
        RandomCheckpoint.of(architecture, 1, DataType.BF16, WeightsFiles.SHARD_BYTES);
    made.writeSettings(directory);
    return made;
  }
}
