package dev.argus.bench.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.Conversation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reference data: checkpoints, each with what the reference implementation makes of some
 * conversations, {@code golden.json} and {@code golden.bin}; and the pictures of all. {@code
 * testdata/golden/README.md} says what they hold.
 *
 * @param folder of all
 */
record GoldenFolder(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "golden.json";

  /** The folders of the checkpoints, by name. */
  List<Path> checkpoints() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.filter(each -> Files.exists(each.resolve(TABLE))).sorted().toList();
    }
  }

  /** A checkpoint's conversations. */
  List<GoldenCase> cases(Path checkpoint) throws IOException {
    JsonNode table = JSON.readTree(checkpoint.resolve(TABLE).toFile());
    ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(checkpoint.resolve("golden.bin")));
    List<GoldenCase> cases = new ArrayList<>();
    for (var entry : table.get("cases").properties()) {
      JsonNode golden = entry.getValue();
      List<Integer> answer = new ArrayList<>();
      golden.get("greedy_24").forEach(id -> answer.add(id.asInt()));
      cases.add(
          new GoldenCase(
              entry.getKey(),
              conversation(golden),
              floats(table, data, entry.getKey() + "/image_features"),
              floats(table, data, entry.getKey() + "/step_logits"),
              answer));
    }
    return cases;
  }

  private Conversation conversation(JsonNode golden) throws IOException {
    JsonNode options = golden.path("image_kwargs");
    boolean whole =
        !options.path("do_image_splitting").asBoolean(true)
            || !options.path("crop_to_patches").asBoolean(true);
    Iterator<JsonNode> pictures = golden.path("images").iterator();
    List<Conversation.Turn> turns = new ArrayList<>();
    for (JsonNode message : golden.get("messages")) {
      List<Conversation.Part> parts = new ArrayList<>();
      for (JsonNode part : message.get("content")) {
        parts.add(
            part.get("type").asText().equals("image")
                ? picture(pictures.next().asText(), whole ? Detail.LOW : Detail.AUTO)
                : new Conversation.Text(part.get("text").asText()));
      }
      turns.add(
          new Conversation.Turn(
              Role.valueOf(message.get("role").asText().toUpperCase(Locale.ROOT)), parts));
    }
    return new Conversation(turns);
  }

  private Conversation.Picture picture(String name, Detail detail) throws IOException {
    return new Conversation.Picture(
        Files.readAllBytes(folder.resolve("images").resolve(name)), detail);
  }

  /** Empty where the table has no such tensor. */
  private static float[] floats(JsonNode table, ByteBuffer data, String tensor) {
    JsonNode place = table.get("tensors").path(tensor);
    float[] values = new float[place.path("nbytes").asInt() / Float.BYTES];
    data.slice(place.path("offset").asInt(), values.length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }
}
