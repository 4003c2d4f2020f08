package dev.argus.cli.chat;

import dev.argus.cli.client.Conversation;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A conversation of several turns. A turn that fails or is interrupted is forgotten with its
 * pictures: the next question goes on from the last answer that was complete.
 */
public final class Chat {
  private static final String HELP =
      """
      Type a question. Pictures are given by their paths, typed, pasted or dropped into the line:
        what is in ~/pictures/cat.jpg
        /image PATH   attach a picture to the next question
        /reset        forget the conversation
        /help         this
        /quit         end, as Ctrl-D does
      Ctrl-C gives up an answer.\
      """;

  private final Partner partner;
  private final Conversation conversation;
  private final PrintWriter notes;

  /**
   * @param conversation holds the pictures that are already attached
   * @param notes where everything but the answers is printed
   */
  public Chat(Partner partner, Conversation conversation, PrintWriter notes) {
    this.partner = partner;
    this.conversation = conversation;
    this.notes = notes;
  }

  /** Talks until the lines end or one asks to quit. */
  public void run(LineSource lines) {
    Optional<String> line = lines.next();
    while (line.isPresent() && take(line.get(), lines)) {
      line = lines.next();
    }
  }

  /** Whether to go on after a line. */
  private boolean take(String line, LineSource lines) {
    switch (ChatLine.parse(line)) {
      case ChatLine.Quit() -> {
        return false;
      }
      case ChatLine.Reset() -> {
        conversation.clear();
        note("Forgotten. Start afresh.");
      }
      case ChatLine.Help() -> note(HELP);
      case ChatLine.Unknown(String command) -> note(command + "? /help says what there is.");
      case ChatLine.Say say -> {
        say.missing().forEach(word -> note("(no file " + word + ": sent as words)"));
        if (attachAll(say) && !say.text().isEmpty()) {
          lines.runInterruptibly(() -> ask(say.text()), partner::interrupt);
        }
      }
    }
    return true;
  }

  private boolean attachAll(ChatLine.Say say) {
    for (Path picture : say.pictures()) {
      try {
        conversation.addPicture(picture);
      } catch (UncheckedIOException e) {
        note(partner.explain(e));
        return false;
      }
      if (say.text().isEmpty()) {
        note("Attached " + picture.getFileName() + ": ask about it.");
      }
    }
    return true;
  }

  private void ask(String question) {
    try {
      conversation.add(question, partner.answer(conversation.with(question)).strip());
    } catch (RuntimeException e) {
      conversation.dropPictures();
      note(partner.explain(e) + " (That question is forgotten.)");
    }
  }

  private void note(String text) {
    notes.println(text);
    notes.flush();
  }
}
