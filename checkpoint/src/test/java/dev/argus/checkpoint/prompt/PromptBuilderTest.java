package dev.argus.checkpoint.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Idefics3Tiling;
import dev.argus.testdata.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptBuilderTest {
  private final Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

  @Test
  void refusesTheImagePlaceholderInAText() {
    assertRefused(
        List.of(user(text("Look:"), text("an <image> here"))),
        "messages[0].content[1].text",
        "contains <image>");
  }

  @Test
  void refusesAPlaceholderPutTogetherFromNeighbouringTexts() {
    assertRefused(
        List.of(user(text("a <ima"), text("g"), text("e> b"))),
        "messages[0].content[2].text",
        "contains <image>");
  }

  @Test
  void takesPiecesOfAPlaceholderWithAPictureBetween() {
    Prompt prompt =
        checkpoint.prompts().build(List.of(user(text("<ima"), picture(8, 8), text("ge>"))));

    assertThat(prompt.plans()).hasSize(1);
  }

  @Test
  void refusesAPromptThatLeavesNoRoomForAnAnswer() {
    assertRefused(
        List.of(user(text("9".repeat(9000)))), "messages", "9008 tokens", "context of 8192");
  }

  @Test
  void refusesAGridThatTheVocabularyHasNoTokensFor() {
    PromptBuilder wide =
        new PromptBuilder(
            new ChatTemplate("{% for c in messages[0]['content'] %}<image>{% endfor %}", Map.of()),
            checkpoint.tokenizer(),
            new Idefics3Tiling(1024, 128, true, Filter.LANCZOS),
            checkpoint.architecture().markup(),
            checkpoint.config());

    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> wide.build(List.of(user(picture(640, 480)))))
        .withMessageContaining("6 x 8 tiles")
        .withMessageContaining("<row_1_col_7>")
        .satisfies(
            failure -> assertThat(failure.field()).isEqualTo("messages[0].content[0].image"));
  }

  @Test
  void lowDetailSpendsOneTile() {
    ChatMessage.Picture low = new ChatMessage.Picture(640, 480, Detail.LOW);

    Prompt prompt = checkpoint.prompts().build(List.of(user(low, picture(640, 480))));

    assertThat(prompt.plans().get(0).tiles()).isEqualTo(1);
    assertThat(prompt.plans().get(1).tiles()).isEqualTo(13);
    assertThat(prompt.layout().spans()).hasSize(14);
  }

  @Test
  void buildsTheSameFromManyThreads() {
    List<ChatMessage> messages = List.of(user(picture(640, 480), text("What is it?")));
    int[] expected = checkpoint.prompts().build(messages).layout().tokenIds();

    assertThat(
            IntStream.range(0, 300)
                .parallel()
                .allMatch(_ ->
                    Arrays.equals(
                        checkpoint.prompts().build(messages).layout().tokenIds(), expected)))
        .isTrue();
  }

  private void assertRefused(List<ChatMessage> messages, String field, String... words) {
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> checkpoint.prompts().build(messages))
        .withMessageContainingAll(words)
        .satisfies(failure -> assertThat(failure.field()).isEqualTo(field));
  }

  private static ChatMessage user(ChatMessage.Part... parts) {
    return new ChatMessage(ChatMessage.Role.USER, List.of(parts));
  }

  private static ChatMessage.Text text(String text) {
    return new ChatMessage.Text(text);
  }

  private static ChatMessage.Picture picture(int width, int height) {
    return new ChatMessage.Picture(width, height, Detail.AUTO);
  }
}
