package dev.argus.preprocess.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.preprocess.core.Conversation.Part;
import dev.argus.preprocess.core.Conversation.Picture;
import dev.argus.preprocess.core.Conversation.Text;
import dev.argus.preprocess.core.Conversation.Turn;
import java.util.List;

/** What makes a conversation acceptable before a picture is opened. Thread-safe. */
final class ConversationCheck {
  private final PreprocessLimits limits;

  ConversationCheck(PreprocessLimits limits) {
    this.limits = limits;
  }

  /**
   * @throws InvalidInput naming the first field that is wrong
   */
  void check(Conversation conversation) {
    List<Turn> turns = conversation.turns();
    if (turns.isEmpty()) {
      throw new InvalidInput("messages", "must hold at least one message");
    }
    atMost("messages", turns.size(), limits.messages(), "messages");
    for (int i = 0; i < turns.size(); i++) {
      checkTurn(turns.get(i), Fields.message(i), i == 0);
    }
    int last = turns.size() - 1;
    if (turns.get(last).role() != Role.USER) {
      throw new InvalidInput(
          Fields.message(last) + ".role", "must be ROLE_USER: the last message is the question");
    }
    checkTotals(turns);
  }

  private void checkTurn(Turn turn, String field, boolean first) {
    if (turn.role() == Role.SYSTEM && !first) {
      throw new InvalidInput(field + ".role", "must not be ROLE_SYSTEM: only the first may be");
    }
    String content = field + ".content";
    if (turn.parts().isEmpty()) {
      throw new InvalidInput(content, "must hold at least one part");
    }
    atMost(content, turn.parts().size(), limits.partsPerMessage(), "parts");
    for (int i = 0; i < turn.parts().size(); i++) {
      checkPart(turn.parts().get(i), turn.role(), Fields.part(content, i));
    }
  }

  private void checkPart(Part part, Role role, String field) {
    switch (part) {
      case Text text -> {
        if (text.text().isEmpty()) {
          throw new InvalidInput(field + ".text", "must not be empty");
        }
      }
      case Picture picture -> {
        if (role != Role.USER) {
          throw new InvalidInput(
              field + ".image", "must not be there: only a message of ROLE_USER shows pictures");
        }
        if (picture.file().length == 0) {
          throw new InvalidInput(Fields.data(field), "must not be empty");
        }
        atMost(Fields.data(field), picture.file().length, limits.imageBytes(), "bytes");
      }
    }
  }

  private void checkTotals(List<Turn> turns) {
    int images = 0;
    long textBytes = 0;
    for (Turn turn : turns) {
      for (Part part : turn.parts()) {
        switch (part) {
          case Text text -> textBytes += text.text().getBytes(UTF_8).length;
          case Picture _ -> images++;
        }
      }
    }
    atMost("messages", textBytes, limits.textBytes(), "bytes of text");
    atMost("messages", images, limits.images(), "pictures");
  }

  private static void atMost(String field, long actual, long limit, String unit) {
    if (actual > limit) {
      throw new InvalidInput(
          field, "must hold at most %d %s, not %d".formatted(limit, unit, actual));
    }
  }
}
