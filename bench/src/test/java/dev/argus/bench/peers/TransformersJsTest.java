package dev.argus.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process is spoken to; a script stands for it. */
final class TransformersJsTest {
  private static final String ANSWERS =
      """
      #!/bin/sh
      echo '{"name":"stand-in 1.0"}'
      while read -r line; do
        case "$line" in
          *'"do":"prepare"'*)
            pixels=$(echo "$line" | sed 's/.*"pixels":"\\([^"]*\\)".*/\\1/')
            printf '\\000\\000\\200\\077\\000\\000\\000\\100' > "$pixels"
            echo '{"ids":[5,6,7],"shape":[2]}' ;;
          *'two.jpg'*) echo '{"token":21}'; echo '{"token":22}'; echo '{"tokens":2}' ;;
          *) echo '{"token":11}'; echo '{"token":12}'; echo '{"tokens":2}' ;;
        esac
      done
      """;

  @TempDir private Path folder;

  @Test
  void answersOneQuestionAfterAnother() throws IOException {
    try (TransformersJs peer = start(ANSWERS)) {
      assertThat(peer.label()).isEqualTo("stand-in 1.0");
      Reply reply = peer.answer(Path.of("one.jpg"), 2);
      assertThat(reply.tokens()).containsExactly(11, 12);
      assertThat(reply.ttftMs()).isPositive().isLessThanOrEqualTo(reply.totalMs());

      List<Reply> replies = peer.together(List.of(Path.of("one.jpg"), Path.of("two.jpg")), 2);

      assertThat(replies)
          .extracting(Reply::tokens)
          .containsExactly(List.of(11, 12), List.of(21, 22));
      assertThat(replies.get(0).totalMs()).isLessThanOrEqualTo(replies.get(1).ttftMs());
    }
  }

  @Test
  void readsWhatItGivesItsModels() throws IOException {
    try (TransformersJs peer = start(ANSWERS)) {
      Inputs inputs = peer.prepare(Path.of("one.jpg"), folder.resolve("pixels"));

      assertThat(inputs.ids()).containsExactly(5, 6, 7);
      assertThat(inputs.pixels()).containsExactly(1, 2);
    }
  }

  @Test
  void saysThatItEnded() {
    assertThatThrownBy(() -> start("#!/bin/sh\nexit 3\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended");
  }

  private TransformersJs start(String script) throws IOException {
    Path command = Files.writeString(folder.resolve("peer"), script);
    assertThat(command.toFile().setExecutable(true)).isTrue();
    return TransformersJs.start(command.toString(), folder, folder, 1);
  }
}
