package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.Conversation.Part;
import dev.argus.preprocess.core.Conversation.Picture;
import dev.argus.preprocess.core.Conversation.Text;
import dev.argus.preprocess.core.Conversation.Turn;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationCheckTest {
  private static final PreprocessLimits LIMITS =
      new PreprocessLimits(5, 4, 3, 100, 50, 1_000_000, 2_000);
  private static final Text HELLO = new Text("hello");
  private static final Picture PICTURE = new Picture(new byte[50], Detail.AUTO);

  private final ConversationCheck check = new ConversationCheck(LIMITS);

  @Test
  void acceptsSeveralTurns() {
    Conversation conversation =
        new Conversation(
            List.of(
                turn(Role.SYSTEM, HELLO),
                turn(Role.USER, PICTURE, HELLO, PICTURE),
                turn(Role.ASSISTANT, HELLO),
                turn(Role.USER, HELLO, PICTURE)));

    assertThatCode(() -> check.check(conversation)).doesNotThrowAnyException();
  }

  @Test
  void wantsAMessage() {
    refuses("messages", "at least one message");
  }

  @Test
  void wantsTheSystemMessageFirst() {
    refuses(
        "messages[1].role",
        "only the first",
        turn(Role.USER, HELLO),
        turn(Role.SYSTEM, HELLO),
        turn(Role.USER, HELLO));
  }

  @Test
  void wantsTheUsersMessageLast() {
    refuses("messages[0].role", "the last message", turn(Role.SYSTEM, HELLO));
    refuses(
        "messages[1].role",
        "the last message",
        turn(Role.USER, HELLO),
        turn(Role.ASSISTANT, HELLO));
  }

  @Test
  void wantsContent() {
    refuses("messages[0].content", "at least one part", turn(Role.USER));
    refuses("messages[0].content[1].text", "empty", turn(Role.USER, HELLO, new Text("")));
    refuses(
        "messages[0].content[0].image.data",
        "empty",
        turn(Role.USER, new Picture(new byte[0], Detail.AUTO), HELLO));
  }

  @Test
  void wantsPicturesFromTheUserOnly() {
    refuses(
        "messages[1].content[0].image",
        "ROLE_USER",
        turn(Role.USER, HELLO),
        turn(Role.ASSISTANT, PICTURE),
        turn(Role.USER, HELLO));
    refuses(
        "messages[0].content[0].image",
        "ROLE_USER",
        turn(Role.SYSTEM, PICTURE),
        turn(Role.USER, HELLO));
  }

  @Test
  void limitsHowMuchThereIs() {
    refuses(
        "messages",
        "at most 5 messages, not 6",
        Collections.nCopies(6, turn(Role.USER, HELLO)).toArray(Turn[]::new));
    refuses(
        "messages[0].content",
        "at most 4 parts, not 5",
        turn(Role.USER, HELLO, HELLO, HELLO, HELLO, HELLO));
    refuses(
        "messages",
        "at most 3 pictures, not 4",
        turn(Role.USER, PICTURE, PICTURE),
        turn(Role.USER, PICTURE, PICTURE));
    refuses(
        "messages",
        "at most 100 bytes of text, not 101",
        turn(Role.USER, new Text("x".repeat(50))),
        turn(Role.USER, new Text("\u00e9".repeat(25) + "x")));
    refuses(
        "messages[0].content[0].image.data",
        "at most 50 bytes, not 51",
        turn(Role.USER, new Picture(new byte[51], Detail.AUTO)));
  }

  private void refuses(String field, String problem, Turn... turns) {
    assertThatThrownBy(() -> check.check(new Conversation(Arrays.asList(turns))))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(problem);
  }

  private static Turn turn(Role role, Part... parts) {
    return new Turn(role, List.of(parts));
  }
}
