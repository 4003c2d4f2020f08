package dev.argus.bench.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.argus.v1.GenerateRequest;
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
 * A question about a picture, and what should be answered.
 *
 * @param task the kind of question
 * @param absent whether the answer is that something is not there
 */
public record SceneQuestion(
    Path picture, String task, String question, String answer, boolean absent) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a set of scenes.
   *
   * @param folder with {@code questions.jsonl}: a line each with {@code image} (a file in the
   *     folder), {@code task}, {@code question}, {@code answer}, and perhaps {@code absent}
   * @param every of so many pictures, the questions of one are taken
   * @throws IOException if the file cannot be read, or a line is not such a question
   */
  public static List<SceneQuestion> readAll(Path folder, int every) throws IOException {
    List<SceneQuestion> questions = new ArrayList<>();
    List<String> pictures = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("questions.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      String picture = node.required("image").asText();
      if (pictures.isEmpty() || !pictures.getLast().equals(picture)) {
        pictures.add(picture);
      }
      if ((pictures.size() - 1) % every == 0) {
        questions.add(
            new SceneQuestion(
                folder.resolve(picture),
                node.required("task").asText(),
                node.required("question").asText(),
                node.required("answer").asText(),
                node.path("absent").asBoolean()));
      }
    }
    return questions;
  }

  /** The question as a gateway takes it; the likeliest tokens are to be chosen. */
  GenerateRequest request() {
    Image image = Image.newBuilder().setData(bytes()).build();
    return GenerateRequest.newBuilder()
        .addMessages(
            Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addContent(Part.newBuilder().setImage(image))
                .addContent(Part.newBuilder().setText(question)))
        .build();
  }

  private ByteString bytes() {
    try {
      return ByteString.copyFrom(Files.readAllBytes(picture));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
