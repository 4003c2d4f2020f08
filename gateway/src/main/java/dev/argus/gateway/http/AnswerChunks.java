package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.Region;
import dev.argus.v1.Token;
import java.util.ArrayList;
import java.util.List;

/** Makes the {@code chat.completion.chunk}s of an answer from its events. Not thread-safe. */
final class AnswerChunks {
  private final AnswerHead head;
  private final boolean includeUsage;
  private boolean begun;

  /**
   * @param includeUsage whether the last chunk has the usage, and the others say that they do not
   */
  AnswerChunks(AnswerHead head, boolean includeUsage) {
    this.head = head;
    this.includeUsage = includeUsage;
  }

  /** The chunks for the next event, none where a client has nothing to learn from it. */
  List<ObjectNode> of(GenerateResponse event) {
    List<ObjectNode> chunks = new ArrayList<>();
    if (!begun) {
      begun = true;
      chunks.add(chunk(Json.object().put("role", "assistant").put("content", "")));
    }
    switch (event.getEventCase()) {
      case TOKEN -> addToken(event.getToken(), chunks);
      case REGION -> chunks.add(region(event.getRegion()));
      case COMPLETION -> addEnd(event.getCompletion(), chunks);
      case EVENT_NOT_SET -> throw new IllegalArgumentException("no part of an answer");
    }
    return chunks;
  }

  private void addToken(Token token, List<ObjectNode> chunks) {
    if (token.getText().isEmpty() && token.getLogprobsCount() == 0) {
      return;
    }
    ObjectNode chunk = chunk(Json.object().put("content", token.getText()));
    if (token.getLogprobsCount() > 0) {
      ArrayNode content = Json.array();
      AnswerJson.addLogprobs(token, content);
      choice(chunk).putObject("logprobs").set("content", content);
    }
    chunks.add(chunk);
  }

  private ObjectNode region(Region region) {
    ObjectNode chunk = chunk(Json.object());
    chunk.putObject("argus").set("region", AnswerJson.region(region));
    return chunk;
  }

  private void addEnd(Completion completion, List<ObjectNode> chunks) {
    ObjectNode last = chunk(Json.object());
    choice(last).put("finish_reason", AnswerJson.finishReason(completion));
    last.set("argus", AnswerJson.extension(completion));
    chunks.add(last);
    if (includeUsage) {
      ObjectNode usage = head.begin("chat.completion.chunk");
      usage.putArray("choices");
      usage.set("usage", AnswerJson.usage(completion.getUsage()));
      chunks.add(usage);
    }
  }

  private ObjectNode chunk(ObjectNode delta) {
    ObjectNode chunk = head.begin("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    if (includeUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private static ObjectNode choice(ObjectNode chunk) {
    return (ObjectNode) chunk.get("choices").get(0);
  }
}
