package dev.argus.bench.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.testdata.Golden;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrittenOutPromptsTest {
  private static final List<ChatMessage> TWO_PICTURES =
      List.of(
          new ChatMessage(
              Role.USER,
              List.of(
                  new ChatMessage.Picture(640, 480, Detail.AUTO),
                  new ChatMessage.Text("What is this?"),
                  new ChatMessage.Picture(300, 900, Detail.LOW))),
          new ChatMessage(Role.ASSISTANT, List.of(new ChatMessage.Text("A picture."))),
          new ChatMessage(Role.USER, List.of(new ChatMessage.Text("Of what?"))));

  @ParameterizedTest
  @ValueSource(strings = {"tiny-idefics3", "tiny-internvl"})
  void areThePromptsOfTheCheckpoint(String model) {
    hasTheSamePrompts(Golden.path(model));
  }

  @ParameterizedTest
  @ValueSource(strings = "models/argus-tiny")
  void areThePromptsOfTheModelThatShips(String model) {
    hasTheSamePrompts(Golden.repository().resolve(model));
  }

  private static void hasTheSamePrompts(Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);

    Prompt prompt = new WrittenOutPrompts(checkpoint).build(TWO_PICTURES);

    Prompt expected = checkpoint.prompts().build(TWO_PICTURES);
    assertThat(prompt.layout().tokenIds()).isEqualTo(expected.layout().tokenIds());
    assertThat(prompt.layout().spans()).isNotEmpty().isEqualTo(expected.layout().spans());
    assertThat(prompt.plans()).isEqualTo(expected.plans());
  }
}
