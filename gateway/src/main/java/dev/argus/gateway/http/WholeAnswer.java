package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateResponse;

/** Puts an answer's events together to a {@code chat.completion}. Not thread-safe. */
final class WholeAnswer {
  private final StringBuilder text = new StringBuilder();
  private final ArrayNode logprobs = Json.array();
  private final ArrayNode regions = Json.array();

  /** Takes the events before the completion. */
  void add(GenerateResponse event) {
    switch (event.getEventCase()) {
      case TOKEN -> {
        text.append(event.getToken().getText());
        AnswerJson.addLogprobs(event.getToken(), logprobs);
      }
      case REGION -> regions.add(AnswerJson.region(event.getRegion()));
      case COMPLETION, EVENT_NOT_SET -> throw new IllegalArgumentException("no part of an answer");
    }
  }

  /** The answer as JSON. */
  ObjectNode end(AnswerHead head, Completion completion) {
    ObjectNode json = head.begin("chat.completion");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", text.toString())
        .putNull("refusal");
    if (logprobs.isEmpty()) {
      choice.putNull("logprobs");
    } else {
      choice.putObject("logprobs").set("content", logprobs);
    }
    choice.put("finish_reason", AnswerJson.finishReason(completion));
    json.set("usage", AnswerJson.usage(completion.getUsage()));
    ObjectNode extension = AnswerJson.extension(completion);
    if (!regions.isEmpty()) {
      extension.set("regions", regions);
    }
    json.set("argus", extension);
    return json;
  }
}
