package dev.argus.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.cli.client.Conversation;
import dev.argus.v1.Detail;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChatTest {
  @TempDir private Path folder;
  private final Echo partner = new Echo();
  private final StringWriter notes = new StringWriter();

  @Test
  void everyTurnCarriesTheConversationSoFar() {
    talk("one", "two");

    assertThat(partner.asked).containsExactly("user one", "user one|assistant re: one|user two");
  }

  @Test
  void aPictureStaysInTheTurnThatItWasGivenIn() throws IOException {
    Path picture = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});

    talk("/image " + picture, "what is it?", "sure?");

    assertThat(partner.asked.getLast())
        .isEqualTo("user [3 bytes] what is it?|assistant re: what is it?|user sure?");
    assertThat(notes.toString()).contains("Attached a.png");
  }

  @Test
  void aFailedTurnIsForgottenWithItsPictures() throws IOException {
    Path picture = Files.write(folder.resolve("a.png"), new byte[] {1});

    talk("one", "fail " + picture, "two");

    assertThat(partner.asked.getLast()).isEqualTo("user one|assistant re: one|user two");
    assertThat(notes.toString()).contains("told: refused");
  }

  @Test
  void aPictureThatCannotBeReadIsTold() {
    talk("/image " + folder.resolve("gone.png"));

    assertThat(notes.toString()).contains("gone.png");
    assertThat(partner.asked).isEmpty();
  }

  @Test
  void forgetsWhenAsked() {
    talk("one", "/reset", "two");

    assertThat(partner.asked.getLast()).isEqualTo("user two");
  }

  @Test
  void endsAtQuit() {
    talk("/quit", "one");

    assertThat(partner.asked).isEmpty();
  }

  @Test
  void asksNothingForAnEmptyLine() {
    talk("", "  ");

    assertThat(partner.asked).isEmpty();
  }

  private void talk(String... lines) {
    String input = String.join("\n", lines);
    new Chat(partner, new Conversation(Detail.DETAIL_AUTO), new PrintWriter(notes))
        .run(new PipedLines(new BufferedReader(new StringReader(input))));
  }

  /** Answers by saying the question again, unless told to fail. */
  private static final class Echo implements Partner {
    private final List<String> asked = new ArrayList<>();

    @Override
    public String answer(List<Message> conversation) {
      asked.add(String.join("|", conversation.stream().map(Echo::spelled).toList()));
      String question = conversation.getLast().getContentList().getLast().getText();
      if (question.startsWith("fail")) {
        throw new IllegalStateException("refused");
      }
      return "re: " + question;
    }

    @Override
    public void interrupt() {}

    @Override
    public String explain(RuntimeException failure) {
      return "told: " + failure.getMessage();
    }

    private static String spelled(Message message) {
      String role =
          message.getRole().name().substring("ROLE_".length()).toLowerCase(java.util.Locale.ROOT);
      return role
          + " "
          + String.join(" ", message.getContentList().stream().map(Echo::spelled).toList());
    }

    private static String spelled(Part part) {
      return part.hasText() ? part.getText() : "[" + part.getImage().getData().size() + " bytes]";
    }
  }
}
