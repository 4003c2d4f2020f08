package dev.argus.preprocess.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.Conversation;
import dev.argus.preprocess.core.Conversation.Part;
import dev.argus.preprocess.core.Conversation.Picture;
import dev.argus.preprocess.core.Conversation.Text;
import dev.argus.preprocess.core.Conversation.Turn;
import dev.argus.preprocess.core.Fields;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import java.util.ArrayList;
import java.util.List;

/** Conversations from the wire. */
final class Conversations {
  private Conversations() {}

  /**
   * The conversation.
   *
   * @throws InvalidInput when it says something that Argus has no word for
   */
  static Conversation fromProto(List<Message> messages) {
    List<Turn> turns = new ArrayList<>();
    for (Message message : messages) {
      turns.add(turn(message, Fields.message(turns.size())));
    }
    return new Conversation(turns);
  }

  private static Turn turn(Message message, String field) {
    Role role = role(message, field + ".role");
    List<Part> parts = new ArrayList<>();
    for (dev.argus.v1.Part part : message.getContentList()) {
      parts.add(part(part, Fields.part(field + ".content", parts.size())));
    }
    return new Turn(role, parts);
  }

  private static Role role(Message message, String field) {
    return switch (message.getRole()) {
      case ROLE_SYSTEM -> Role.SYSTEM;
      case ROLE_USER -> Role.USER;
      case ROLE_ASSISTANT -> Role.ASSISTANT;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new InvalidInput(field, "must be ROLE_SYSTEM, ROLE_USER or ROLE_ASSISTANT");
    };
  }

  private static Part part(dev.argus.v1.Part part, String field) {
    return switch (part.getKindCase()) {
      case TEXT -> new Text(part.getText());
      case IMAGE -> picture(part.getImage(), field + ".image");
      case KIND_NOT_SET -> throw new InvalidInput(field, "must hold text or an image");
    };
  }

  private static Picture picture(Image image, String field) {
    return new Picture(image.getData().toByteArray(), detail(image, field + ".detail"));
  }

  private static Detail detail(Image image, String field) {
    return switch (image.getDetail()) {
      case DETAIL_UNSPECIFIED, DETAIL_AUTO -> Detail.AUTO;
      case DETAIL_LOW -> Detail.LOW;
      case DETAIL_HIGH -> Detail.HIGH;
      case UNRECOGNIZED ->
          throw new InvalidInput(field, "must be DETAIL_AUTO, DETAIL_LOW or DETAIL_HIGH");
    };
  }
}
