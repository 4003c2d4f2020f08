package dev.argus.bench.serve.endpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/**
 * A question as OpenAI's chat completions take it: streamed, with usage at the end, at temperature
 * 0. {@code ignore_eos} is an extension that vLLM, llama.cpp and Argus know.
 */
final class ChatRequest {
  private static final JsonMapper JSON = new JsonMapper();

  private ChatRequest() {}

  /**
   * The body.
   *
   * @param extra fields that are added, or replace those of the same name
   */
  static String body(String model, Question question, ObjectNode extra) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", model);
    ArrayNode content =
        body.putArray("messages").addObject().put("role", "user").putArray("content");
    for (PictureFile picture : question.pictures()) {
      content.addObject().put("type", "image_url").putObject("image_url").put("url", url(picture));
    }
    content.addObject().put("type", "text").put("text", question.text());
    body.put("max_tokens", question.outputTokens());
    body.put("temperature", 0);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    if (question.ignoreEos()) {
      body.put("ignore_eos", true);
    }
    return body.setAll(extra).toString();
  }

  private static String url(PictureFile picture) {
    return "data:%s;base64,%s"
        .formatted(
            picture.mediaType(), Base64.getEncoder().encodeToString(picture.bytes().toByteArray()));
  }
}
