package dev.argus.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.argus.testdata.Golden;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A conversation, and what the reference implementation answers greedily.
 *
 * @param checkpoint the checkpoint's folder below {@code testdata/golden}, and the model's name
 * @param name the case's name in its golden.json
 * @param request asks for as many tokens as are expected
 * @param promptTokens how many tokens the prompt is
 * @param expected token ids
 */
record GoldenCase(
    String checkpoint,
    String name,
    GenerateRequest request,
    int promptTokens,
    List<Integer> expected) {

  /** All cases of a checkpoint. */
  static Stream<GoldenCase> of(String checkpoint) {
    return Golden.json(reference(checkpoint) + "/golden.json").get("cases").properties().stream()
        .map(entry -> read(checkpoint, entry.getKey(), entry.getValue()));
  }

  /** One case of a checkpoint. */
  static GoldenCase of(String checkpoint, String name) {
    return of(checkpoint).filter(c -> c.name.equals(name)).findFirst().orElseThrow();
  }

  /** The folder of what is expected: the original names hold the weights of another folder. */
  private static String reference(String checkpoint) {
    return checkpoint.replaceFirst("-remote$", "");
  }

  /** The visual tokens of all tiles, {@code [tiles, tokens, hidden]}. */
  float[] features() {
    return Golden.floats(reference(checkpoint), name + "/image_features");
  }

  private static GoldenCase read(String checkpoint, String name, JsonNode golden) {
    List<Integer> expected = new ArrayList<>();
    golden.get("greedy_24").forEach(id -> expected.add(id.asInt()));
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder()
            .setModel(checkpoint)
            .setSampling(Sampling.newBuilder().setMaxTokens(expected.size()).setIgnoreEos(true));
    JsonNode options = golden.path("image_kwargs");
    boolean whole =
        !options.path("do_image_splitting").asBoolean(true)
            || !options.path("crop_to_patches").asBoolean(true);
    Iterator<JsonNode> images = golden.path("images").iterator();
    for (JsonNode message : golden.get("messages")) {
      request.addMessages(message(message, images, whole ? Detail.DETAIL_LOW : Detail.DETAIL_AUTO));
    }
    return new GoldenCase(
        checkpoint, name, request.build(), golden.get("input_len").asInt(), expected);
  }

  private static Message message(JsonNode message, Iterator<JsonNode> images, Detail detail) {
    Message.Builder built = Message.newBuilder().setRole(role(message.get("role").asText()));
    for (JsonNode part : message.get("content")) {
      built.addContent(
          part.get("type").asText().equals("image")
              ? image(images.next().asText(), detail)
              : Part.newBuilder().setText(part.get("text").asText()).build());
    }
    return built.build();
  }

  private static Role role(String name) {
    return switch (name) {
      case "system" -> Role.ROLE_SYSTEM;
      case "user" -> Role.ROLE_USER;
      case "assistant" -> Role.ROLE_ASSISTANT;
      default -> throw new IllegalArgumentException("no role " + name);
    };
  }

  private static Part image(String name, Detail detail) {
    ByteString data = ByteString.copyFrom(Golden.bytes("images/" + name));
    return Part.newBuilder().setImage(Image.newBuilder().setData(data).setDetail(detail)).build();
  }

  @Override
  public String toString() {
    return checkpoint + " " + name;
  }
}
