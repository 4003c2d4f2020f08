package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.base.failure.InvalidInput;
import dev.argus.gateway.http.ChatRequest.RemotePicture;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads {@code messages}. Messages and parts keep their places, so that what the core says of
 * {@code messages[1].content[0]} is true of the JSON too. For one request; not thread-safe.
 */
final class MessagesReader {
  private static final Set<String> FIELDS =
      Set.of("role", "content", "name", "refusal", "annotations", "audio", "tool_calls");
  private static final String DATA = "data:";

  private final List<RemotePicture> remote = new ArrayList<>();

  /**
   * Adds the messages to a request.
   *
   * @return the pictures that are elsewhere
   */
  List<RemotePicture> read(Fields body, GenerateRequest.Builder request) {
    if (!body.has("messages")) {
      throw body.wrong("messages", "is missing; it must be a list of at least one message");
    }
    for (JsonNode message : body.list("messages")) {
      int index = request.getMessagesCount();
      Fields fields = Fields.of(message, "messages[" + index + "]");
      request.addMessages(message(fields, index));
    }
    return List.copyOf(remote);
  }

  private Message message(Fields fields, int index) {
    fields.allowOnly(FIELDS);
    if (!fields.get("tool_calls").isEmpty()) {
      throw fields.wrong("tool_calls", "are not served by Argus");
    }
    Message.Builder message = Message.newBuilder().setRole(role(fields));
    JsonNode content = fields.get("content");
    if (content.isTextual()) {
      return message.addContent(Part.newBuilder().setText(content.textValue())).build();
    }
    if (!content.isArray()) {
      throw fields.wrong("content", "must be a string or a list of parts");
    }
    for (JsonNode part : content) {
      int place = message.getContentCount();
      String path = fields.name("content[" + place + "]");
      message.addContent(part(Fields.of(part, path), index, place));
    }
    return message.build();
  }

  private static Role role(Fields fields) {
    String role = fields.requiredText("role");
    return switch (role) {
      case "system", "developer" -> Role.ROLE_SYSTEM;
      case "user" -> Role.ROLE_USER;
      case "assistant" -> Role.ROLE_ASSISTANT;
      default ->
          throw fields.wrong(
              "role", "is %s; must be system, developer, user or assistant".formatted(role));
    };
  }

  private Part part(Fields fields, int message, int place) {
    String type = fields.requiredText("type");
    return switch (type) {
      case "text" -> {
        fields.allowOnly(Set.of("type", "text"));
        yield Part.newBuilder().setText(fields.requiredText("text")).build();
      }
      case "image_url" -> {
        fields.allowOnly(Set.of("type", "image_url"));
        yield Part.newBuilder().setImage(image(picture(fields), message, place)).build();
      }
      default -> throw fields.wrong("type", "is %s; must be text or image_url".formatted(type));
    };
  }

  private static Fields picture(Fields part) {
    Fields picture =
        part.object("image_url")
            .orElseThrow(
                () -> part.wrong("image_url", "is missing; it must be an object with a url"));
    picture.allowOnly(Set.of("url", "detail"));
    return picture;
  }

  private Image image(Fields picture, int message, int place) {
    Image.Builder image = Image.newBuilder().setDetail(detail(picture));
    String url = picture.requiredText("url");
    String field = picture.name("url");
    if (url.regionMatches(true, 0, DATA, 0, DATA.length())) {
      image.setData(DataUrl.read(url, field));
    } else {
      remote.add(new RemotePicture(message, place, url, field));
    }
    return image.build();
  }

  private static Detail detail(Fields picture) throws InvalidInput {
    String detail = picture.text("detail").orElse("auto").toLowerCase(Locale.ROOT);
    return switch (detail) {
      case "auto" -> Detail.DETAIL_AUTO;
      case "low" -> Detail.DETAIL_LOW;
      case "high" -> Detail.DETAIL_HIGH;
      default ->
          throw picture.wrong("detail", "is %s; must be low, high or auto".formatted(detail));
    };
  }
}
