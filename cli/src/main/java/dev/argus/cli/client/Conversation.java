package dev.argus.cli.client;

import com.google.protobuf.ByteString;
import dev.argus.v1.Detail;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation as the next request carries it: the turns so far, and the question being put
 * together. Not thread-safe.
 */
public final class Conversation {
  private final Detail detail;
  private final List<Message> turns = new ArrayList<>();
  private final List<Part> pictures = new ArrayList<>();

  /**
   * @param detail how closely to look at every picture
   */
  public Conversation(Detail detail) {
    this.detail = detail;
  }

  /**
   * Adds a picture to the next question, before its words.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public void addPicture(Path file) {
    try {
      Image image =
          Image.newBuilder()
              .setData(ByteString.copyFrom(Files.readAllBytes(file)))
              .setDetail(detail)
              .build();
      pictures.add(Part.newBuilder().setImage(image).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The conversation with this question, and the pictures added for it, at its end. */
  public List<Message> with(String question) {
    List<Message> messages = new ArrayList<>(turns);
    messages.add(question(question));
    return messages;
  }

  /** Makes a question and its answer part of the conversation. */
  public void add(String question, String answer) {
    turns.add(question(question));
    turns.add(Message.newBuilder().setRole(Role.ROLE_ASSISTANT).addContent(text(answer)).build());
    pictures.clear();
  }

  /** Forgets the pictures that were added for the next question. */
  public void dropPictures() {
    pictures.clear();
  }

  /** Forgets everything. */
  public void clear() {
    turns.clear();
    pictures.clear();
  }

  private Message question(String question) {
    return Message.newBuilder()
        .setRole(Role.ROLE_USER)
        .addAllContent(pictures)
        .addContent(text(question))
        .build();
  }

  private static Part.Builder text(String text) {
    return Part.newBuilder().setText(text);
  }
}
