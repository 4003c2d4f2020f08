package dev.argus.preprocess.core;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.testdata.Golden;
import java.time.Duration;
import java.util.List;

/** Conversations and models that several tests use. */
final class Fixtures {
  private Fixtures() {}

  static Preprocessor preprocessor() {
    return new Preprocessor(
        PreprocessLimits.defaults(),
        new Parallelism(2, 8, 1, 512 << 20, Duration.ofSeconds(30), Duration.ofSeconds(1)));
  }

  static ServedModel model(String checkpoint) {
    Checkpoint opened = Checkpoint.open(Golden.path(checkpoint));
    return new ServedModel(checkpoint, opened.fingerprint(), opened.prompts()::build);
  }

  static Conversation.Picture picture(String name, Detail detail) {
    return new Conversation.Picture(Golden.bytes("images/" + name), detail);
  }

  static Conversation.Text text(String text) {
    return new Conversation.Text(text);
  }

  static Conversation asks(Conversation.Part... parts) {
    return new Conversation(List.of(new Conversation.Turn(Role.USER, List.of(parts))));
  }
}
